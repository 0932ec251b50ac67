// Credentials that were found right a short while ago, so that a phone that reconnects every few
// minutes does not cost 50 ms of a core each time. Each use renews them: whoever keeps coming back
// is never at the mercy of what others guess (login_penalty.h).
//
// What is kept is a MAC of account, password and stored hash under a key that dies with the
// process: neither the password nor anything to guess it from is in memory. A changed hash is
// another MAC, so nothing has to be dropped when a password changes.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string_view>

#include "auth/login_penalty.h"
#include "base/lru_map.h"
#include "store/store.h"

namespace roost::auth {

// Owner: the Authenticator. Thread: any. Memory: bounded.
class CredentialCache {
 public:
  CredentialCache(Now now, std::size_t capacity, std::chrono::seconds time_to_live);

  [[nodiscard]] bool knows(const store::Account& account, std::string_view password);
  void remember(const store::Account& account, std::string_view password);

 private:
  using Mac = std::array<unsigned char, 32>;
  struct FirstOctets {
    std::size_t operator()(const Mac& mac) const {
      std::size_t hash = 0;
      std::memcpy(&hash, mac.data(), sizeof hash);
      return hash;
    }
  };

  [[nodiscard]] Mac mac_of(const store::Account& account, std::string_view password) const;

  const Now now_;
  const std::chrono::seconds time_to_live_;
  std::array<unsigned char, 32> key_{};
  std::mutex mutex_;
  LruMap<Mac, Clock::time_point, FirstOctets> expiry_;
};

}  // namespace roost::auth
