// Exponential backoff with jitter: how long to wait before the next attempt at something that
// failed. Pure: the caller counts the attempts and brings the random number.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace roost {

struct Backoff {
  std::chrono::milliseconds first = std::chrono::seconds(1);
  std::chrono::milliseconds most = std::chrono::minutes(5);

  // Before attempt + 1, after attempt failures in a row (from 1): first doubled with each failure,
  // at most `most`. Of that, one half is certain and the other as random says (all 32 bits of it),
  // so that those who failed together do not come back together.
  [[nodiscard]] constexpr std::chrono::milliseconds delay(std::uint32_t attempt,
                                                          std::uint32_t random) const {
    std::chrono::milliseconds full = std::min(first, most);
    for (; attempt > 1 && full < most; --attempt) full = std::min(full * 2, most);
    const auto half = static_cast<std::uint64_t>(full.count() / 2);
    const std::uint64_t jitter = (half >> 32) * random + (((half & 0xffffffff) * random) >> 32);
    return full - std::chrono::milliseconds(jitter);
  }
};

}  // namespace roost
