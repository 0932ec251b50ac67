// Measured times and their percentiles.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace roost::bench {

using Clock = std::chrono::steady_clock;

[[nodiscard]] inline double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

/// Milliseconds that `action` takes.
template <typename Action>
[[nodiscard]] double time_of(Action&& action) {
  const auto start = Clock::now();
  action();
  return milliseconds(Clock::now() - start);
}

/// Owner and thread: one at a time; merge() joins those of several threads.
class Samples {
 public:
  void add(double value) { values_.push_back(value); }
  void merge(const Samples& other) {
    values_.insert(values_.end(), other.values_.begin(), other.values_.end());
  }
  [[nodiscard]] size_t count() const { return values_.size(); }

  /// The value that `fraction` of all are not above: 0.5 is the median, 1 the maximum. 0 without
  /// values.
  [[nodiscard]] double percentile(double fraction) const {
    if (values_.empty()) return 0;
    std::vector<double> sorted = values_;
    const auto index = std::min(sorted.size() - 1,
                                static_cast<size_t>(fraction * static_cast<double>(sorted.size())));
    std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(index));
    return sorted[index];
  }

 private:
  std::vector<double> values_;
};

}  // namespace roost::bench
