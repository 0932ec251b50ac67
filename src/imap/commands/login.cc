// LOGIN (RFC 3501 section 6.2.3):  login = "LOGIN" SP userid SP password  (two astrings)
#include "imap/commands/commands.h"
#include "imap/commands/logged_in.h"

namespace roost::imap {

namespace {

class Login final : public Command {
 public:
  Login(std::string name, std::string password)
      : name_(std::move(name)), password_(std::move(password)) {}

  Result<Progress> run(Session& session) override {
    if (refuse_cleartext(session)) return Progress::kDone;
    return log_in(session, name_, password_);
  }

 private:
  std::string name_;
  std::string password_;
};

}  // namespace

Parsed parse_login(Parser& parser, const Session& /*session*/) {
  parser.space();
  std::string name = parser.astring();
  parser.space();
  return std::make_unique<Login>(std::move(name), parser.astring());
}

}  // namespace roost::imap
