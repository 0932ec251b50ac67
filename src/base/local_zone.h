// The time zone this machine is set to: what dates that Roost makes itself are shown in (RFC 5321
// section 4.4 asks for local time with its offset).
#pragma once

#include <cstdint>

namespace roost {

// Minutes east of UTC at that instant, summer time included. Thread: any.
[[nodiscard]] std::int16_t local_zone_minutes(std::int64_t unix_seconds);

}  // namespace roost
