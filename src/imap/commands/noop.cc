// NOOP (RFC 3501 section 6.1.2) and CHECK (section 6.4.1). No arguments. They do nothing: what is
// new in the mailbox is told before the tagged response of any command that permits it, and
// everything a checkpoint could write is on disk already.
#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

class Noop final : public Command {
 public:
  Result<Progress> run(Session& /*session*/) override { return Progress::kDone; }
};

}  // namespace

Parsed parse_noop(Parser& /*parser*/, const Session& /*session*/) {
  return std::make_unique<Noop>();
}

}  // namespace roost::imap
