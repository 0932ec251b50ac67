// How long the reply to a login is held back after failures from the same address or for the same
// user.
//
// Each failure doubles the penalty, from half a second to fifteen; it halves with every quiet
// minute. A success halves it too and does not clear it: others behind the address, or at the same
// account, may be guessing. The penalty that stands is laid on successes as well, or a guesser
// would just not wait for the failure.
//
// An IPv6 host has a /64 to choose addresses from, so that counts as one. Loopback is no address
// of a client (a webmail or a proxy stands there): only the user is slowed.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/lru_map.h"

namespace roost::auth {

using Clock = std::chrono::steady_clock;
using Now = std::function<Clock::time_point()>;

// Owner: the Authenticator. Thread: any. Memory: bounded; the entry not used longest is forgiven.
class LoginPenalty {
 public:
  static constexpr std::chrono::milliseconds kFirst{500};
  static constexpr std::chrono::milliseconds kMost{15'000};
  static constexpr std::chrono::seconds kHalfLife{60};

  LoginPenalty(Now now, std::size_t capacity);

  // The penalty that stands for a login of this user from this address.
  [[nodiscard]] std::chrono::milliseconds current(std::string_view user, std::string_view address);
  // Returns the penalty after it.
  std::chrono::milliseconds failed(std::string_view user, std::string_view address);
  void succeeded(std::string_view user, std::string_view address);

 private:
  struct Standing {
    std::chrono::milliseconds penalty{0};
    Clock::time_point since;
  };
  using Table = LruMap<std::string, Standing>;

  [[nodiscard]] std::chrono::milliseconds decayed(const Standing& standing) const;
  [[nodiscard]] std::chrono::milliseconds current(Table& table, const std::string& key) const;
  std::chrono::milliseconds raise(Table& table, const std::string& key) const;
  void lower(Table& table, const std::string& key) const;

  const Now now_;
  std::mutex mutex_;
  Table users_;
  Table networks_;
};

// The part of an address that counts as one client: "192.0.2.1", "2001:db8:1:2::/64"; empty for
// loopback and what is no address.
[[nodiscard]] std::string network_of(std::string_view address);

}  // namespace roost::auth
