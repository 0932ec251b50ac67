#include "auth/credential_cache.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <string>
#include <utility>

#include "base/check.h"

namespace roost::auth {

CredentialCache::CredentialCache(Now now, std::size_t capacity, std::chrono::seconds time_to_live)
    : now_(std::move(now)), time_to_live_(time_to_live), expiry_(capacity) {
  ROOST_CHECK(RAND_bytes(key_.data(), static_cast<int>(key_.size())) == 1);
}

bool CredentialCache::knows(const store::Account& account, std::string_view password) {
  const Mac mac = mac_of(account, password);
  const std::lock_guard lock(mutex_);
  Clock::time_point* expiry = expiry_.find(mac);
  const Clock::time_point now = now_();
  if (expiry == nullptr || now >= *expiry) return false;
  *expiry = now + time_to_live_;
  return true;
}

void CredentialCache::remember(const store::Account& account, std::string_view password) {
  const Mac mac = mac_of(account, password);
  const std::lock_guard lock(mutex_);
  expiry_[mac] = now_() + time_to_live_;
}

CredentialCache::Mac CredentialCache::mac_of(const store::Account& account,
                                             std::string_view password) const {
  // A hash holds no NUL; what follows the second one is the password, whatever it holds.
  std::string message = std::to_string(account.id.value);
  message.append(1, '\0').append(account.password_hash).append(1, '\0').append(password);
  Mac mac{};
  unsigned int size = 0;
  ROOST_CHECK(HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                   reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                   mac.data(), &size) != nullptr);
  ROOST_CHECK(size == mac.size());
  return mac;
}

}  // namespace roost::auth
