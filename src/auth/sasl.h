// The server side of the SASL mechanisms PLAIN (RFC 4616) and LOGIN (draft-murchison-sasl-login),
// without I/O: responses in, challenges out, and at the end the name and password the client gave.
//
//   exchange = SaslExchange::start("PLAIN")        the mechanism of AUTHENTICATE
//   no initial response: send exchange.challenge(), decode the line that comes back
//   exchange.respond(response)                      credentials, or go on with challenge()
//
// Responses and challenges here are octets; base64 is IMAP's affair (RFC 3501 section 6.2.2), and
// the two decode functions are all of it. A line that fails to decode is BAD, not NO.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace roost::auth {

struct Credentials {
  std::string name;
  std::string password;
};

// A value; owned by whoever runs the exchange. Thread: the owner's.
class SaslExchange {
 public:
  // Nothing for a mechanism not known; any case.
  [[nodiscard]] static std::optional<SaslExchange> start(std::string_view mechanism);

  // What to send now, not yet in base64; may be empty.
  [[nodiscard]] std::string_view challenge() const;
  // The client's next response, or its initial one (RFC 4959): for LOGIN that is the name, which
  // clients send although the mechanism does not provide for it. Nothing: send challenge().
  // kInvalid for a malformed response, kNoPermission for another authorization identity than the
  // authentication identity. After an error, or credentials, the exchange is over.
  [[nodiscard]] Result<std::optional<Credentials>> respond(std::string_view response);

 private:
  enum class State : std::uint8_t { kPlain, kLoginName, kLoginPassword };
  explicit SaslExchange(State state) : state_(state) {}

  State state_;
  std::string name_;  // LOGIN's, once given
};

// One line that answers a challenge. kCancelled for "*", kInvalid if it is not base64.
[[nodiscard]] Result<std::string> decode_response(std::string_view line);
// The argument of AUTHENTICATE (RFC 4959 section 3): "=" is an empty response. kInvalid.
[[nodiscard]] Result<std::string> decode_initial_response(std::string_view argument);

}  // namespace roost::auth
