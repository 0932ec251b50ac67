// Metrics: what the server counts of itself, for Prometheus. A component asks the Registry for its
// metrics once and keeps the references; counting is a relaxed atomic operation and never waits.
//
// Thread: any. A metric lives as long as its registry.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace roost::metrics {

class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

// Sorts whole numbers into buckets up to 1, 2, 3, 4, 6, 8, 12, 16 and so on, two for each doubling.
// What is above all buckets (67 seconds in microseconds, 64 MiB in octets) is in count and sum
// only.
class Histogram {
 public:
  static constexpr std::size_t kBuckets = 52;

  // The highest number of a bucket.
  [[nodiscard]] static constexpr std::uint64_t bound(std::size_t bucket) {
    const std::size_t doublings = (bucket + 1) / 2;
    return bucket % 2 == 1 || bucket == 0 ? std::uint64_t{1} << doublings
                                          : std::uint64_t{3} << (doublings - 1);
  }

  struct Reading {
    std::array<std::uint64_t, kBuckets> buckets{};
    std::uint64_t count = 0;
    std::uint64_t sum = 0;
  };

  void observe(std::uint64_t value) {
    const std::size_t bucket = bucket_of(value);
    if (bucket < kBuckets) buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    count_.fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
  }
  [[nodiscard]] Reading read() const;

 private:
  static constexpr std::size_t bucket_of(std::uint64_t value) {
    if (value <= 2) return value == 2 ? 1 : 0;
    const std::uint64_t below = value - 1;
    const auto bits = static_cast<std::size_t>(std::bit_width(below));
    const std::size_t upper_half = (below >> (bits - 2)) & 1;
    return 2 * bits - 2 + upper_half;
  }

  std::array<std::atomic<std::uint64_t>, kBuckets> buckets_{};
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<std::uint64_t> sum_ = 0;
};

// What a histogram is given, and what it is shown in.
enum class Unit : std::uint8_t { kOne, kMicrosecondsShownAsSeconds };

using Labels = std::vector<std::pair<std::string, std::string>>;

// One name with the values of all its labels, as read at about one moment.
struct Sample {
  std::string labels;  // `command="FETCH"`, escaped; may be empty
  std::variant<std::uint64_t, std::int64_t, Histogram::Reading> value;
};
struct Family {
  std::string name;
  std::string help;
  Unit unit = Unit::kOne;
  std::vector<Sample> samples;  // at least one; all of the same kind
};

class Registry {
 public:
  // The metric of that name and these labels, new or old. Requires: a name is always asked for as
  // the same kind, and is one for Prometheus ("roost_idle_sessions").
  [[nodiscard]] Counter& counter(std::string_view name, std::string_view help,
                                 const Labels& labels = {});
  [[nodiscard]] Gauge& gauge(std::string_view name, std::string_view help,
                             const Labels& labels = {});
  [[nodiscard]] Histogram& histogram(std::string_view name, std::string_view help, Unit unit,
                                     const Labels& labels = {});

  [[nodiscard]] std::vector<Family> read() const;  // by name

 private:
  using Metric = std::variant<Counter, Gauge, Histogram>;
  struct Entry {
    std::string help;
    Unit unit = Unit::kOne;
    std::map<std::string, Metric> metrics;  // by labels; the nodes stay where they are
  };
  template <typename Kind>
  Kind& find(std::string_view name, std::string_view help, Unit unit, const Labels& labels);

  mutable std::mutex mutex_;  // of the maps; counting does not take it
  std::map<std::string, Entry, std::less<>> entries_;
};

// The Prometheus text format 0.0.4, and its media type.
inline constexpr std::string_view kTextFormat = "text/plain; version=0.0.4; charset=utf-8";
[[nodiscard]] std::string to_text(const std::vector<Family>& families);

}  // namespace roost::metrics
