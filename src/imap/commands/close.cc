// CLOSE (RFC 3501 section 6.4.2): no arguments; expunges \Deleted messages without saying so,
// unless the mailbox is read-only, and says no HIGHESTMODSEQ either: a client would miss what went
// (RFC 7162 section 3.2.8). UNSELECT (RFC 3691 section 2): the same and expunges nothing.
#include "imap/commands/commands.h"
#include "imap/commands/expunge_messages.h"

namespace roost::imap {

namespace {

class Close final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    Result<mail::UidSet> done;
    if (!session.selected().read_only()) done = expunge_deleted(session, all_uids(session));
    session.unselect();
    // A mailbox that was deleted meanwhile is closed all the same.
    if (!done && done.error().code != ErrorCode::kNotFound) return fail(std::move(done.error()));
    return Progress::kDone;
  }
};

class Unselect final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    session.unselect();
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_close(Parser& /*parser*/, const Session& /*session*/) {
  return std::make_unique<Close>();
}

Parsed parse_unselect(Parser& /*parser*/, const Session& /*session*/) {
  return std::make_unique<Unselect>();
}

}  // namespace roost::imap
