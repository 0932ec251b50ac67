// The clock of the client: it goes on while the machine is suspended (CLOCK_BOOTTIME), so after a
// resume every deadline that passed meanwhile is due. Everything that does no I/O is handed the
// time, and a test brings its own.
#pragma once

#include <chrono>
#include <ctime>

namespace roost::client {

struct BootClock {
  // NOLINTBEGIN(readability-identifier-naming): as a clock's names are
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
  // NOLINTEND(readability-identifier-naming)

  [[nodiscard]] static time_point now() {
    timespec at{};
    ::clock_gettime(CLOCK_BOOTTIME, &at);
    return time_point(std::chrono::duration_cast<duration>(std::chrono::seconds(at.tv_sec) +
                                                           std::chrono::nanoseconds(at.tv_nsec)));
  }
};

using Duration = BootClock::duration;
using Time = BootClock::time_point;

}  // namespace roost::client
