// TlsContext: the server's certificate and TLS settings (TLS 1.2 and 1.3, RFC 8314, RFC 9325),
// shared by all connections. reload rereads the files: new handshakes use what they hold,
// connections that stand keep theirs.
//
// Thread: any, but reload() one at a time.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "base/error.h"

namespace roost::net {

struct TlsFiles {
  std::string certificate;  // PEM, with the chain
  std::string key;          // PEM
  std::string ticket_keys;  // made if it is not there; empty: keys that end with the process
};

class TlsContext {
 public:
  virtual ~TlsContext() = default;
  // kInvalid with OpenSSL's reason: unreadable, no match of key and certificate. alpn: the protocol
  // accepted when a client offers ALPN (RFC 7301), "imap".
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> load(TlsFiles files, std::string alpn);
  // On error the old certificate stays. Due once an hour at least, for the ticket keys, which are
  // renewed in any case.
  virtual Result<void> reload() = 0;
  // A new SSL in accept state; never null.
  [[nodiscard]] virtual SSL* new_ssl() = 0;
};

// Makes a self-signed certificate for localhost and this machine's name, valid for ten years,
// unless certificate and key exist. The key file is readable by its owner only.
[[nodiscard]] Result<void> make_self_signed(const TlsFiles& files);

}  // namespace roost::net
