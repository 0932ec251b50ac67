// STARTTLS (RFC 3501 section 6.2.1). No arguments. What the client pipelined behind it is thrown
// away by Connection::start_tls: it was sent in the clear, by whomever.
#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

class StartTls final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    if (session.peer.tls) return fail(ErrorCode::kInvalid, "TLS is active already");
    if (session.server.tls == nullptr) {
      session.reply = {Condition::kNo, "UNAVAILABLE", "No certificate is set up"};
      return Progress::kDone;
    }
    session.reply.text = "Begin TLS negotiation now";
    session.after = Session::After::kStartTls;
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_starttls(Parser& /*parser*/, const Session& /*session*/) {
  return std::make_unique<StartTls>();
}

}  // namespace roost::imap
