#include "auth/sasl.h"

#include <utility>

#include "base/ascii.h"
#include "base/base64.h"

namespace roost::auth {
namespace {

// message = [authzid] UTF8NUL authcid UTF8NUL passwd
Result<Credentials> parse_plain(std::string_view message) {
  const std::size_t first = message.find('\0');
  const std::size_t second =
      first == std::string_view::npos ? first : message.find('\0', first + 1);
  if (second == std::string_view::npos ||
      message.find('\0', second + 1) != std::string_view::npos) {
    return fail(ErrorCode::kInvalid, "malformed PLAIN message");
  }
  const std::string_view authzid = message.substr(0, first);
  const std::string_view authcid = message.substr(first + 1, second - first - 1);
  if (authcid.empty()) return fail(ErrorCode::kInvalid, "PLAIN message without a name");
  if (!authzid.empty() && !equal_ignoring_case(authzid, authcid)) {
    return fail(ErrorCode::kNoPermission, "not authorized to act as another user");
  }
  return Credentials{std::string(authcid), std::string(message.substr(second + 1))};
}

}  // namespace

std::optional<SaslExchange> SaslExchange::start(std::string_view mechanism) {
  if (equal_ignoring_case(mechanism, "PLAIN")) return SaslExchange(State::kPlain);
  if (equal_ignoring_case(mechanism, "LOGIN")) return SaslExchange(State::kLoginName);
  return std::nullopt;
}

std::string_view SaslExchange::challenge() const {
  switch (state_) {
    case State::kPlain:
      return "";
    case State::kLoginName:
      return "Username:";
    case State::kLoginPassword:
      return "Password:";
  }
  std::unreachable();
}

Result<std::optional<Credentials>> SaslExchange::respond(std::string_view response) {
  switch (state_) {
    case State::kPlain: {
      auto credentials = parse_plain(response);
      if (!credentials) return fail(std::move(credentials).error());
      return std::move(*credentials);
    }
    case State::kLoginName:
      if (response.empty()) return fail(ErrorCode::kInvalid, "LOGIN without a name");
      name_ = response;
      state_ = State::kLoginPassword;
      return std::nullopt;
    case State::kLoginPassword:
      return Credentials{std::move(name_), std::string(response)};
  }
  std::unreachable();
}

Result<std::string> decode_response(std::string_view line) {
  if (line == "*") return fail(ErrorCode::kCancelled, "authentication cancelled by the client");
  auto octets = base64::decode(line);
  if (!octets) return fail(ErrorCode::kInvalid, "the response is not base64");
  return std::move(*octets);
}

Result<std::string> decode_initial_response(std::string_view argument) {
  if (argument == "=") return "";
  if (argument.empty() || argument == "*") {
    return fail(ErrorCode::kInvalid, "the initial response is not base64");
  }
  return decode_response(argument);
}

}  // namespace roost::auth
