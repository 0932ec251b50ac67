#include "base/local_zone.h"

#include <ctime>

namespace roost {

std::int16_t local_zone_minutes(std::int64_t unix_seconds) {
  const std::time_t instant = unix_seconds;
  std::tm local{};
  if (!localtime_r(&instant, &local)) return 0;  // a year that does not fit an int
  return static_cast<std::int16_t>(local.tm_gmtoff / 60);
}

}  // namespace roost
