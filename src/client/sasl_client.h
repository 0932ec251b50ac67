// The client's side of SASL (RFC 4422), without I/O: challenges in, responses out, both as octets;
// base64 is IMAP's affair. All mechanisms here begin with a response of the client.
//
//   PLAIN          RFC 4616
//   SCRAM-SHA-256  RFC 5802, RFC 7677, without channel binding; the server proves itself, too
//   OAUTHBEARER    RFC 7628
//   XOAUTH2        Google's and Microsoft's older form of it
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "client/secret.h"

namespace roost::client {

struct Credentials {
  enum class Kind : std::uint8_t { kPassword, kToken };
  std::string user;
  Secret secret;
  Kind kind = Kind::kPassword;
};

// One exchange. Owner: whoever runs it.
class SaslClient {
 public:
  virtual ~SaslClient() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual Secret initial_response() = 0;
  // kInvalid: the server does not keep to the mechanism. kUnauthenticated: it cannot be the one
  // that knows the password.
  [[nodiscard]] virtual Result<std::string> respond(std::string_view challenge) = 0;
  // The server has said OK; kUnauthenticated if it still had to prove something.
  [[nodiscard]] virtual Result<void> succeeded() const { return {}; }
  // What the server has said of why it refuses, if the mechanism lets it; may be empty.
  [[nodiscard]] virtual std::string_view refusal() const { return {}; }
};

[[nodiscard]] std::unique_ptr<SaslClient> sasl_plain(const Credentials& credentials);
// host, port: the server's, as the user named it.
[[nodiscard]] std::unique_ptr<SaslClient> sasl_oauthbearer(const Credentials& credentials,
                                                           std::string_view host,
                                                           std::uint16_t port);
[[nodiscard]] std::unique_ptr<SaslClient> sasl_xoauth2(const Credentials& credentials);
// kInvalid: SASLprep (RFC 4013) prohibits the name or password. nonce: printable, without ",",
// never used before.
[[nodiscard]] Result<std::unique_ptr<SaslClient>> sasl_scram_sha_256(const Credentials& credentials,
                                                                     std::string nonce);
[[nodiscard]] std::string scram_nonce();

// saslname (RFC 5801 section 4): "=" and "," are escaped.
[[nodiscard]] std::string sasl_name(std::string_view name);

}  // namespace roost::client
