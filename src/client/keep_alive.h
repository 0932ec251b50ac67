// KeepAlive: for how long a connection to this server may be silent before one asks whether it is
// still there. RFC 2177 says 29 minutes at most; NAT gateways and some servers forget sooner, and
// say nothing. So it is learnt, for as long as the process lives:
//
// - an IDLE that was answered after some silence may be silent for half as long again next time,
//   beginning with five minutes;
// - a connection that died in a silence as long as was meant, or as that in which the one before
//   died, may never be silent for so long again, for a day;
// - a server that speaks by itself ("* OK Still here") is asked when it misses its time.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "client/time.h"

namespace roost::client {

class KeepAlive {
 public:
  static constexpr Duration kMost = std::chrono::minutes(29);
  static constexpr Duration kFirst = std::chrono::minutes(5);
  static constexpr Duration kLeast = std::chrono::minutes(1);
  static constexpr Duration kGrace = std::chrono::seconds(15);  // for a server that is late
  static constexpr Duration kMemory = std::chrono::hours(24);

  // How long the server may say nothing in IDLE before it is asked.
  [[nodiscard]] Duration silence(Time now) const {
    const Duration own = std::min(interval_, most(now));
    const auto server = servers_own();
    return server ? std::min(own, *server + *server / 4 + kGrace) : own;
  }

  // The server answered when it was asked after so much silence.
  void survived(Duration silence, Time now) {
    if (silence < interval_ * 9 / 10) return;
    interval_ = std::min(interval_ + interval_ / 2, most(now));
  }
  // It did not, or was gone. Of a shorter silence that may be by chance: a restart of the server,
  // another network; the second time, once another connection can have been silent for so long, it
  // is not. Longer than was meant is the silence of a suspended machine, and says nothing.
  void died(Duration silence, Time now) {
    if (silence < kLeast || silence > interval_ + kGrace) return;
    const Duration difference = silence - std::exchange(death_, silence);
    const Duration since = now - std::exchange(died_at_, now);
    const bool again = std::chrono::abs(difference) <= silence / 10 && since >= silence * 9 / 10;
    if (silence < interval_ * 9 / 10 && !again) return;
    ceiling_ = std::max(kLeast, silence * 3 / 4);
    ceiling_since_ = now;
    interval_ = std::min(interval_, ceiling_);
  }
  // The server spoke in IDLE with nothing to tell, after so much silence.
  void still_here(Duration silence) {
    if (silence < std::chrono::seconds(10)) return;
    gaps_[heard_++ % gaps_.size()] = silence;
  }

 private:
  [[nodiscard]] Duration most(Time now) const {
    return now - ceiling_since_ < kMemory ? ceiling_ : kMost;
  }
  // Its interval: the longest of the last ones, once there were as many.
  [[nodiscard]] std::optional<Duration> servers_own() const {
    if (heard_ < gaps_.size()) return std::nullopt;
    return std::ranges::max(gaps_);
  }

  Duration interval_ = kFirst;
  Duration ceiling_ = kMost;
  Time ceiling_since_{};
  Duration death_{};  // the silence of the last one
  Time died_at_{};
  std::array<Duration, 3> gaps_{};
  std::size_t heard_ = 0;
};

}  // namespace roost::client
