// What a server has counted of itself, as Prometheus shows it.
#pragma once

#include <map>
#include <optional>

namespace roost::bench {

class Histogram {
 public:
  /// So many values, with those of the lower bounds, are at most `bound`.
  void set(double bound, double values) { up_to_[bound] = values; }

  /// The same without what `earlier`, of the same server, had counted already.
  [[nodiscard]] Histogram since(const Histogram& earlier) const {
    Histogram difference = *this;
    for (const auto& [bound, values] : earlier.up_to_) difference.up_to_[bound] -= values;
    return difference;
  }

  /// A bound that at least `fraction` of all values do not exceed; the last may be infinity. Empty
  /// without values.
  [[nodiscard]] std::optional<double> percentile_at_most(double fraction) const {
    if (up_to_.empty() || up_to_.rbegin()->second == 0) return {};
    const double wanted = up_to_.rbegin()->second * fraction;
    for (const auto& [bound, values] : up_to_) {
      if (values >= wanted) return bound;
    }
    return {};
  }

 private:
  std::map<double, double> up_to_;
};

}  // namespace roost::bench
