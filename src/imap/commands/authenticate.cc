// AUTHENTICATE (RFC 3501 section 6.2.2, initial response RFC 4959):
//   authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp] *(CRLF base64)
// A client cancels with "*", which is answered BAD, not NO.
#include "auth/sasl.h"
#include "base/base64.h"
#include "imap/commands/commands.h"
#include "imap/commands/logged_in.h"

namespace roost::imap {

namespace {

class Authenticate final : public Command {
 public:
  Authenticate(std::string_view mechanism, std::optional<std::string> initial)
      : exchange_(auth::SaslExchange::start(mechanism)), initial_(std::move(initial)) {}

  Result<Progress> run(Session& session) override {
    if (!exchange_) {
      session.reply = {Condition::kNo, "CANNOT", "Unknown mechanism"};
      return Progress::kDone;
    }
    if (credentials_) return log_in(session, credentials_->name, credentials_->password);
    if (refuse_cleartext(session)) return Progress::kDone;
    if (!initial_) return challenge(session);
    return respond(session, auth::decode_initial_response(*initial_));
  }

  Result<Progress> line(Session& session, std::string_view line) override {
    return respond(session, auth::decode_response(line));
  }

 private:
  Result<Progress> challenge(Session& session) {
    session.write().continuation(base64::encode(exchange_->challenge()));
    return Progress::kLine;
  }

  Result<Progress> respond(Session& session, Result<std::string> response) {
    if (!response) {
      session.reply = {Condition::kBad, "", response.error().detail};
      return Progress::kDone;
    }
    auto credentials = exchange_->respond(*response);
    if (!credentials && credentials.error().code == ErrorCode::kNoPermission) {
      session.reply = {Condition::kNo, "AUTHORIZATIONFAILED", credentials.error().detail};
      return Progress::kDone;
    }
    if (!credentials) return fail(std::move(credentials.error()));
    if (!*credentials) return challenge(session);
    credentials_ = **std::move(credentials);
    return log_in(session, credentials_->name, credentials_->password);
  }

  std::optional<auth::SaslExchange> exchange_;
  std::optional<std::string> initial_;
  std::optional<auth::Credentials> credentials_;  // complete; being checked
};

}  // namespace

Parsed parse_authenticate(Parser& parser, const Session& /*session*/) {
  parser.space();
  const std::string_view mechanism = parser.atom();
  std::optional<std::string> initial;
  if (parser.try_char(' ')) initial = std::string(parser.atom());
  return std::make_unique<Authenticate>(mechanism, std::move(initial));
}

}  // namespace roost::imap
