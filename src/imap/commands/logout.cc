// LOGOUT (RFC 3501 section 6.1.3). No arguments. BYE first, then the tagged OK, then the end.
#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

class Logout final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    session.log_out("", "Logging out");
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_logout(Parser& /*parser*/, const Session& /*session*/) {
  return std::make_unique<Logout>();
}

}  // namespace roost::imap
