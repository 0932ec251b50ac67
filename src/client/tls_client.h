// TlsClient: whom a client trusts (RFC 8314, RFC 9325, RFC 9525). The certificates of the system or
// of a file, with the host's name in the server's; or, where keys are pinned, the server's key
// alone: what a pin says, no authority can say better.
//
// Thread: any; immutable once made.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "client/problem.h"
#include "net/stream.h"

namespace roost::client {

struct TlsTrust {
  std::string ca_file;            // PEM; empty: the system's
  std::vector<std::string> pins;  // SHA-256 of a SubjectPublicKeyInfo, in hexadecimal or base64
};

class TlsClient {
 public:
  virtual ~TlsClient() = default;
  // kInvalid: a pin that is none, a file that cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<TlsClient>> make(const TlsTrust& trust);
  // In connect state, for a server of that name or address. Requires: a name (is_host_name).
  [[nodiscard]] virtual net::OwnedSsl new_ssl(const std::string& host) const = 0;
};

// There is something that a certificate can be compared with.
[[nodiscard]] inline bool is_host_name(std::string_view host) {
  return !host.empty() && !host.starts_with('.') && !host.contains('\0');
}

// Why a handshake with that host failed: kCertificate, or kUnreachable for any other reason.
[[nodiscard]] Problem handshake_problem(const SSL* ssl, const std::string& host);

}  // namespace roost::client
