// Authenticator: whether a name and a password are those of an account.
//
// An unknown name costs and says what a wrong password does. Nothing but wrong credentials is
// kUnauthenticated: some clients stop asking for an hour when told that the password is wrong
// (K-9), so a limit or a full disk must never look like it.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string_view>

#include "auth/credential_cache.h"
#include "auth/login_penalty.h"
#include "auth/network_places.h"
#include "base/error.h"
#include "store/store.h"

namespace roost::auth {

struct AuthenticatorOptions {
  std::size_t concurrent_hashes = 0;  // each 16 MiB and a core for 50 ms; 0: as many as cores
  std::size_t cached_credentials = 100'000;
  std::chrono::seconds cache_time_to_live{3600};
  std::size_t penalties = 100'000;  // users and networks whose failures are remembered, each
  Now now = Clock::now;
};

struct Verdict {
  // kUnauthenticated, or kUnavailable for trouble of ours.
  Result<store::Account> account;
  // Hold the reply back for so long, whatever it is (login_penalty.h). Arm a Deadline. The time
  // that authenticate took is taken off, so that a reply does not tell which hash was computed.
  std::chrono::milliseconds delay{0};
};

// Owner: the server; the store outlives it. Thread: any worker. Waits for its turn to compute a
// hash, so many logins at once hold many workers: give them a pool of their own.
class Authenticator {
 public:
  explicit Authenticator(store::Store& store, const AuthenticatorOptions& options = {});

  // The account, if these credentials were right a while ago and still are. Computes no hash: asked
  // first, it lets those who come back pass by the queue of those who are not known.
  [[nodiscard]] std::optional<store::Account> recall(std::string_view name,
                                                     std::string_view password);
  // peer_address as Connection::peer_address gives it. Never sleeps.
  [[nodiscard]] Verdict authenticate(std::string_view name, std::string_view password,
                                     std::string_view peer_address);

 private:
  [[nodiscard]] Verdict verdict(std::string_view name, std::string_view password,
                                std::string_view peer_address);
  [[nodiscard]] Result<bool> verify(const store::Account* account, std::string_view password);
  [[nodiscard]] store::Account after_first_login(store::Account account, std::string_view password);

  store::Store& store_;
  const Now now_;
  CredentialCache cache_;
  LoginPenalty penalty_;
  NetworkPlaces places_;
  std::counting_semaphore<> hashes_;
  std::mutex first_logins_;
};

}  // namespace roost::auth
