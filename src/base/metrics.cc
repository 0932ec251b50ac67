#include "base/metrics.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/check.h"

namespace roost::metrics {
namespace {

bool is_name(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '_' || c == ':'; });
}

std::string label_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    ROOST_CHECK(is_name(name));
    if (!out.empty()) out += ',';
    out += name + "=\"";
    for (const char c : value) {
      if (c == '\\' || c == '"') out += '\\';
      if (c == '\n') {
        out += "\\n";
      } else {
        out += c;
      }
    }
    out += '"';
  }
  return out;
}

}  // namespace

Histogram::Reading Histogram::read() const {
  Reading reading;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    reading.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
  }
  reading.count = count_.load(std::memory_order_relaxed);
  reading.sum = sum_.load(std::memory_order_relaxed);
  return reading;
}

template <typename Kind>
Kind& Registry::find(std::string_view name, std::string_view help, Unit unit,
                     const Labels& labels) {
  ROOST_CHECK(is_name(name));
  const std::lock_guard lock(mutex_);
  auto entry = entries_.find(name);
  if (entry == entries_.end()) {
    entry = entries_.emplace(std::string(name), Entry{std::string(help), unit, {}}).first;
  }
  auto& metrics = entry->second.metrics;
  const auto metric = metrics.try_emplace(label_text(labels), std::in_place_type<Kind>).first;
  ROOST_CHECK(metric->second.index() == metrics.begin()->second.index());
  return *std::get_if<Kind>(&metric->second);
}

Counter& Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
  return find<Counter>(name, help, Unit::kOne, labels);
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  return find<Gauge>(name, help, Unit::kOne, labels);
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, Unit unit,
                               const Labels& labels) {
  return find<Histogram>(name, help, unit, labels);
}

std::vector<Family> Registry::read() const {
  struct Reader {
    Sample sample;
    void operator()(const Counter& counter) { sample.value = counter.value(); }
    void operator()(const Gauge& gauge) { sample.value = gauge.value(); }
    void operator()(const Histogram& histogram) { sample.value = histogram.read(); }
  };
  const std::lock_guard lock(mutex_);
  std::vector<Family> families;
  for (const auto& [name, entry] : entries_) {
    Family& family = families.emplace_back(Family{name, entry.help, entry.unit, {}});
    for (const auto& [labels, metric] : entry.metrics) {
      Reader reader{Sample{labels, {}}};
      std::visit(reader, metric);
      family.samples.push_back(std::move(reader.sample));
    }
  }
  return families;
}

}  // namespace roost::metrics
