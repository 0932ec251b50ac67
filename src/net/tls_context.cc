// The server's SSL_CTX. What a reader would get wrong: a client that offers ALPN without our
// protocol is served all the same. RFC 7301 section 3.2 would have us refuse it, but mail clients'
// TLS libraries offer names of their own accord, and on a mail port there is nothing to confuse.
#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <mutex>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "net/openssl_error.h"
#include "net/owned_tls_context.h"
#include "net/ticket_keys.h"

namespace roost::net {

namespace {

// Seconds: half as long as its key lives (RFC 9325 section 3.4).
constexpr long kTicketLifetime = 12L * 60 * 60;

// A context holds the name of its protocol itself: connections may keep the context longer than we.
int protocol_index() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* protocol, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<std::string*>(protocol);
      });
  return index;
}

int select_protocol(SSL* ssl, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* offered, unsigned int offered_length, void*) {
  const auto& ours =
      *static_cast<const std::string*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), protocol_index()));
  std::string_view list(reinterpret_cast<const char*>(offered), offered_length);
  while (!list.empty()) {
    const auto length = static_cast<unsigned char>(list.front());
    const std::string_view name = list.substr(1, length);
    if (name == ours) {
      *out = reinterpret_cast<const unsigned char*>(name.data());
      *out_length = length;
      return SSL_TLSEXT_ERR_OK;
    }
    list.remove_prefix(1 + name.size());
  }
  return SSL_TLSEXT_ERR_NOACK;
}

Result<OwnedTlsContext> make_context(const TlsFiles& files, const std::string& alpn) {
  ERR_clear_error();
  OwnedTlsContext context = new_tls_context(TLS_server_method());
  SSL_CTX* raw = context.get();
  if (raw == nullptr) return fail(ErrorCode::kInternal, take_openssl_error());

  SSL_CTX_set_options(raw, SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Resumption is by tickets, which the client keeps for a connection it may hold for hours; there
  // is no early data, so a command cannot be replayed.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(raw, kTicketLifetime);
  constexpr std::string_view kSessions = "roost";
  SSL_CTX_set_session_id_context(raw, reinterpret_cast<const unsigned char*>(kSessions.data()),
                                 kSessions.size());
  SSL_CTX_set_ex_data(raw, protocol_index(), new std::string(alpn));
  SSL_CTX_set_alpn_select_cb(raw, select_protocol, nullptr);

  if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) {
    return fail(ErrorCode::kInvalid, files.certificate + ": " + take_openssl_error());
  }
  if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(raw) != 1) {
    return fail(ErrorCode::kInvalid, files.key + ": " + take_openssl_error());
  }
  return context;
}

class FileTlsContext final : public TlsContext {
 public:
  FileTlsContext(TlsFiles files, std::string alpn)
      : files_(std::move(files)),
        alpn_(std::move(alpn)),
        ticket_keys_(std::make_shared<TicketKeys>(files_.ticket_keys)) {}

  Result<void> reload() override {
    auto fresh = make_context(files_, alpn_);
    ticket_keys_->renew();
    if (!fresh) return fail(std::move(fresh.error()));
    ticket_keys_->serve(fresh->get());
    const std::lock_guard lock(mutex_);
    context_ = std::move(*fresh);
    return {};
  }

  [[nodiscard]] SSL* new_ssl() override {
    const std::lock_guard lock(mutex_);
    SSL* ssl = SSL_new(context_.get());
    ROOST_CHECK(ssl != nullptr);  // out of memory
    SSL_set_accept_state(ssl);
    return ssl;
  }

 private:
  const TlsFiles files_;
  const std::string alpn_;
  const std::shared_ptr<TicketKeys> ticket_keys_;
  std::mutex mutex_;
  OwnedTlsContext context_;
};

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::load(TlsFiles files, std::string alpn) {
  auto context = std::make_shared<FileTlsContext>(std::move(files), std::move(alpn));
  if (auto loaded = context->reload(); !loaded) return fail(std::move(loaded.error()));
  return context;
}

}  // namespace roost::net
