// IDLE (RFC 2177 section 3). No arguments; ended by the line DONE, in any case.
//
// The subscription to the mailbox stands since SELECT: IDLE only permits to speak at any time, and
// whatever is pending is told right behind "+ idling". So there is no moment at which a change
// could be missed, and nothing to register here; for the other mailboxes, of which IMAP4rev2 has it
// speak, too, the conversation does that before "+ idling" is sent. A line that is not DONE ends
// IDLE with BAD and is never taken for a command: a client that sends one does not know what it is
// in.
#include "base/ascii.h"
#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

// "… {10+}": the octets that follow would be read as commands.
bool announces_literal(std::string_view line) { return line.ends_with("+}"); }

class Idle final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    session.write().continuation("idling");
    return Progress::kIdle;
  }

  Result<Progress> line(Session& session, std::string_view line) override {
    line = trim(line);
    if (line.empty()) return Progress::kIdle;  // some clients send a blank line first
    if (equal_ignoring_case(line, "DONE")) {
      session.reply.text = "IDLE terminated";
      return Progress::kDone;
    }
    session.reply = {Condition::kBad, "", "Expected DONE"};
    if (announces_literal(line)) session.log_out("", "A literal instead of DONE");
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_idle(Parser& /*parser*/, const Session& /*session*/) {
  return std::make_unique<Idle>();
}

}  // namespace roost::imap
