// Backoff: when to try again. Each failure doubles the wait, up to a limit; the wait itself is
// drawn between half of that and all of it, so that the clients of a server that restarts do not
// come back at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

#include "client/time.h"

namespace roost::client {

class Backoff {
 public:
  struct Limits {
    Duration first = std::chrono::seconds(1);
    Duration most = std::chrono::minutes(5);
  };

  Backoff(Limits limits, std::uint64_t seed) : limits_(limits), random_(seed) {}

  void reset() { next_ = {}; }
  // The next wait is no longer than that.
  void at_most(Duration wait) { next_ = std::min(next_, wait / 2); }
  [[nodiscard]] Duration next() {
    next_ = std::clamp(next_ * 2, limits_.first, limits_.most);
    std::uniform_int_distribution<Duration::rep> within(next_.count() / 2, next_.count());
    return Duration(within(random_));
  }

 private:
  Limits limits_;
  Duration next_{};
  std::mt19937_64 random_;
};

}  // namespace roost::client
