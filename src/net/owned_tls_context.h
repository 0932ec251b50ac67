// What all TLS contexts of ours have in common, a server's and a client's (RFC 9325).
#pragma once

#include <openssl/ssl.h>

#include <memory>

namespace roost::net {

struct TlsContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using OwnedTlsContext = std::unique_ptr<SSL_CTX, TlsContextFree>;

// Null: OpenSSL says why.
[[nodiscard]] inline OwnedTlsContext new_tls_context(const SSL_METHOD* method) {
  OwnedTlsContext context(SSL_CTX_new(method));
  if (context == nullptr) return context;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Section 4.2: forward secrecy and authenticated encryption only. TLS 1.3 has no others.
  SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  // Many peers close without close_notify. A line of IMAP ends with its CRLF, so nothing can be cut
  // short unnoticed.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

}  // namespace roost::net
