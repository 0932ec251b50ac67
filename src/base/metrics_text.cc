// The Prometheus text exposition format, version 0.0.4: for each name a HELP and a TYPE line, then
// its samples. The buckets of a histogram are cumulative there, and the last one, +Inf, is its
// count.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/metrics.h"

namespace roost::metrics {
namespace {

std::string_view type_of(const Family& family) {
  constexpr std::array<std::string_view, 3> kTypes = {"counter", "gauge", "histogram"};
  return kTypes[family.samples.front().value.index()];
}

std::string escaped_help(std::string_view help) {
  std::string out;
  for (const char c : help) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

class FamilyWriter {
 public:
  FamilyWriter(const Family& family, std::string& out) : family_(family), out_(out) {}

  void write(const Sample& sample) {
    labels_ = sample.labels;
    std::visit([this](const auto& value) { put(value); }, sample.value);
  }

 private:
  void put(std::uint64_t value) { line("", labels_, value); }
  void put(std::int64_t value) { line("", labels_, value); }

  void put(const Histogram::Reading& reading) {
    const double divisor = family_.unit == Unit::kMicrosecondsShownAsSeconds ? 1e6 : 1;
    // The parts were read one after the other, while others counted: keep the sums in order.
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
      total += reading.buckets[i];
      bucket(fmt::format("{}", static_cast<double>(Histogram::bound(i)) / divisor), total);
    }
    total = std::max(total, reading.count);
    bucket("+Inf", total);
    line("_sum", labels_, static_cast<double>(reading.sum) / divisor);
    line("_count", labels_, total);
  }

  void bucket(std::string_view bound, std::uint64_t total) {
    line("_bucket", fmt::format("{}{}le=\"{}\"", labels_, labels_.empty() ? "" : ",", bound),
         total);
  }

  template <typename Value>
  void line(std::string_view suffix, std::string_view labels, Value value) {
    const auto out = std::back_inserter(out_);
    if (labels.empty()) {
      fmt::format_to(out, "{}{} {}\n", family_.name, suffix, value);
    } else {
      fmt::format_to(out, "{}{}{{{}}} {}\n", family_.name, suffix, labels, value);
    }
  }

  const Family& family_;
  std::string& out_;
  std::string_view labels_;
};

}  // namespace

std::string to_text(const std::vector<Family>& families) {
  std::string out;
  for (const Family& family : families) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", family.name,
                   escaped_help(family.help), family.name, type_of(family));
    FamilyWriter writer(family, out);
    for (const Sample& sample : family.samples) writer.write(sample);
  }
  return out;
}

}  // namespace roost::metrics
