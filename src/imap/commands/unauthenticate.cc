// UNAUTHENTICATE (RFC 8437 section 3). No arguments. All state of the connection goes, but for TLS:
// the mailbox, what was enabled, the account with its place among the connections, compression
// behind the tagged OK (section 4.1). The next command may be pipelined, so NO is no answer: if it
// cannot be done, that is an untagged BYE and the end of the connection. An administrator may
// switch it off (section 8).
#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

class Unauthenticate final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    if (!session.server.options.unauthenticate) {
      return fail(ErrorCode::kInvalid, "UNAUTHENTICATE is switched off");
    }
    if (const auto done = session.unauthenticate(); !done) {
      session.tag = "*";
      session.reply = {Condition::kBye, "LIMIT", done.error().detail};
      session.after = Session::After::kClose;
    } else {
      session.after = Session::After::kUnauthenticate;
    }
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_unauthenticate(Parser& /*parser*/, const Session& /*session*/) {
  return std::make_unique<Unauthenticate>();
}

}  // namespace roost::imap
