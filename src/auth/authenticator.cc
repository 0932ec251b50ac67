#include "auth/authenticator.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "auth/first_login.h"
#include "auth/password.h"
#include "auth/user_name.h"

namespace roost::auth {
namespace {

// A hash of 24 random octets that nobody has kept.
constexpr std::string_view kNobodysHash =
    "$y$j9T$bzIMbKtX/D29GQLqLQX990$ZM2CRfw.agCalhwFsqWZMEbSL7g8PCGCSrG.EJi6Mq0";

std::size_t or_cores(std::size_t count) {
  if (count != 0) return count;
  return std::max(1U, std::thread::hardware_concurrency());
}

class Turn {
 public:
  explicit Turn(std::counting_semaphore<>& semaphore) : semaphore_(semaphore) {
    semaphore_.acquire();
  }
  ~Turn() { semaphore_.release(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::counting_semaphore<>& semaphore_;
};

std::unexpected<Error> unavailable() {
  return fail(ErrorCode::kUnavailable, "Logging in is not possible at the moment");
}

}  // namespace

Authenticator::Authenticator(store::Store& store, const AuthenticatorOptions& options)
    : store_(store),
      now_(options.now),
      cache_(options.now, options.cached_credentials, options.cache_time_to_live),
      penalty_(options.now, options.penalties),
      hashes_(static_cast<std::ptrdiff_t>(or_cores(options.concurrent_hashes))) {}

Verdict Authenticator::authenticate(std::string_view name, std::string_view password,
                                    std::string_view peer_address) {
  const Clock::time_point begun = now_();
  Verdict out = verdict(name, password, peer_address);
  const auto taken = std::chrono::floor<std::chrono::milliseconds>(now_() - begun);
  out.delay = std::max(out.delay - taken, std::chrono::milliseconds(0));
  return out;
}

std::optional<store::Account> Authenticator::recall(std::string_view name,
                                                    std::string_view password) {
  const auto user = prepare_user_name(name);
  if (!user) return std::nullopt;
  auto account = store_.find_account(*user);
  if (!account || !cache_.knows(*account, password)) return std::nullopt;
  return *std::move(account);
}

Verdict Authenticator::verdict(std::string_view name, std::string_view password,
                               std::string_view peer_address) {
  // What cannot be a name is nobody's, and is not remembered either: it may be any length.
  const std::string user = prepare_user_name(name).value_or("");
  auto account = store_.find_account(user);
  if (!account && account.error().code != ErrorCode::kNotFound &&
      account.error().code != ErrorCode::kInvalid) {
    return {unavailable()};
  }
  // Right before, right now: not a guess, so no penalty for what others did.
  if (account && cache_.knows(*account, password)) return {std::move(*account)};

  const auto place = places_.enter(network_of(peer_address));
  if (!place) return {unavailable()};
  const auto standing = penalty_.current(user, peer_address);
  const auto right = verify(account ? &*account : nullptr, password);
  if (!right) return {unavailable()};
  if (!account || !*right) {
    const auto raised = penalty_.failed(user, peer_address);
    return {fail(ErrorCode::kUnauthenticated, "Invalid user name or password"),
            std::max(standing, raised)};
  }
  penalty_.succeeded(user, peer_address);
  *account = after_first_login(std::move(*account), password);
  cache_.remember(*account, password);
  return {std::move(*account), standing};
}

Result<bool> Authenticator::verify(const store::Account* account, std::string_view password) {
  const Turn turn(hashes_);
  if (account == nullptr) return verify_password(kNobodysHash, password);
  const std::string_view hash = hash_of(*account);
  const auto right = verify_password(hash, password);
  // An imported hash may be quicker than ours, and would tell that the user exists.
  if (right && !*right && !is_yescrypt(hash)) return verify_password(kNobodysHash, password);
  return right;
}

store::Account Authenticator::after_first_login(store::Account account, std::string_view password) {
  if (!first_login_outstanding(account)) return account;
  const std::lock_guard lock(first_logins_);
  const Turn turn(hashes_);
  auto finished = finish_first_login(store_, account, password);
  // On trouble the mark stays, and the next login tries again; this one was right all the same.
  return finished ? std::move(*finished) : account;
}

}  // namespace roost::auth
