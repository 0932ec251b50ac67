// What a reader would get wrong: the file holds the two keys as they stand in memory, and nothing
// else; when they were made is its time of modification.
#include "net/ticket_keys.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "net/fd.h"
#include "net/replace_file.h"

namespace roost::net {

namespace {

using Pair = TicketKeys::Pair;
using Key = TicketKeys::Key;

constexpr std::time_t kDay = 24L * 60 * 60;

static_assert(sizeof(Pair) == 160, "the file's format");

struct Kept {
  Pair keys;
  std::time_t made;
};

// Of a file that only its owner may read.
std::optional<Kept> read_file(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return std::nullopt;
  Kept kept{{}, status.st_mtime};
  const bool usable = (status.st_mode & 077) == 0 && status.st_size == sizeof kept.keys &&
                      ::read(file.get(), &kept.keys, sizeof kept.keys) == sizeof kept.keys;
  if (!usable) return std::nullopt;
  return kept;
}

void fill(std::span<unsigned char> octets) {
  ROOST_CHECK(RAND_bytes(octets.data(), static_cast<int>(octets.size())) ==
              1);  // the system has no randomness
}

Key new_key() {
  Key key;
  fill(key.name);
  fill(key.cipher);
  fill(key.mac);
  return key;
}

// A context holds its keys itself: connections may keep the context longer than we.
int keys_index() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* keys, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<std::shared_ptr<TicketKeys>*>(keys);
      });
  return index;
}

bool set_mac_key(EVP_MAC_CTX* mac, const Key& key) {
  std::string digest = "SHA256";
  std::array<unsigned char, 32> octets = key.mac;
  const std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, octets.data(), octets.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, parameters.data()) == 1;
}

// What OpenSSL expects of a ticket callback.
enum : int { kFailed = -1, kNoSuchKey = 0, kDone = 1, kDoneAndDueForANewTicket = 2 };

int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac, int sealing) {
  const auto& owner = *static_cast<const std::shared_ptr<TicketKeys>*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), keys_index()));
  const auto keys = owner->current();
  const EVP_CIPHER* const kind = EVP_aes_256_cbc();
  if (sealing == 1) {
    const Key& key = keys->today;
    std::ranges::copy(key.name, name);
    const bool done = RAND_bytes(iv, EVP_CIPHER_get_iv_length(kind)) == 1 &&
                      set_mac_key(mac, key) &&
                      EVP_EncryptInit_ex2(cipher, kind, key.cipher.data(), iv, nullptr) == 1;
    return done ? kDone : kFailed;
  }
  const auto is_named = [&](const Key& key) {
    return std::ranges::equal(key.name, std::span(name, key.name.size()));
  };
  const bool is_old = is_named(keys->yesterday);
  if (!is_old && !is_named(keys->today)) return kNoSuchKey;
  const Key& key = is_old ? keys->yesterday : keys->today;
  const bool done = set_mac_key(mac, key) &&
                    EVP_DecryptInit_ex2(cipher, kind, key.cipher.data(), iv, nullptr) == 1;
  if (!done) return kFailed;
  return is_old ? kDoneAndDueForANewTicket : kDone;
}

}  // namespace

TicketKeys::TicketKeys(std::string file) : file_(std::move(file)) { renew(); }

void TicketKeys::renew() {
  const std::time_t now = std::time(nullptr);
  std::optional<Kept> kept = file_.empty() ? std::nullopt : read_file(file_);
  bool to_be_written = !kept && !file_.empty();
  if (!kept && made_ != 0) kept = Kept{*current(), made_};
  const std::time_t age = kept ? now - kept->made : 0;
  if (!kept || age < 0 || age > kDay) {
    const bool yesterday = kept && age >= 0 && age <= 2 * kDay;
    kept = Kept{{new_key(), yesterday ? kept->keys.today : new_key()}, now};
    to_be_written = !file_.empty();
  }
  made_ = kept->made;
  auto keys = std::make_shared<const Pair>(kept->keys);
  {
    const std::scoped_lock lock(mutex_);
    current_.swap(keys);
  }
  if (!to_be_written) return;
  const std::string_view content(reinterpret_cast<const char*>(&kept->keys), sizeof kept->keys);
  if (const auto written = replace_file(file_, content, 0600); !written) {
    log::warning("TLS sessions will not be resumed after a restart: {}", written.error().detail);
  }
}

void TicketKeys::serve(SSL_CTX* context) {
  SSL_CTX_set_ex_data(context, keys_index(), new std::shared_ptr<TicketKeys>(shared_from_this()));
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket);
}

std::shared_ptr<const TicketKeys::Pair> TicketKeys::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

}  // namespace roost::net
