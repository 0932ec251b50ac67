// MOVE (RFC 6851 section 3.1):  move = "MOVE" SP sequence-set SP mailbox;  UID MOVE (section 3.2).
// First the copies are durable, then the originals go: a crash between leaves a message in both
// mailboxes, never in none. COPYUID comes untagged and before the EXPUNGEs (section 4.3), which the
// update after the command tells.
#include "imap/commands/commands.h"
#include "imap/commands/copy_messages.h"
#include "imap/commands/expunge_messages.h"
#include "imap/commands/message_set.h"

namespace roost::imap {

namespace {

class Move final : public Command {
 public:
  Move(mail::UidSet uids, std::string mailbox)
      : uids_(std::move(uids)), mailbox_(std::move(mailbox)) {}

  Result<Progress> run(Session& session) override {
    if (refuse_read_only(session)) return Progress::kDone;
    auto copied = copy_messages(session, uids_, mailbox_, Originals::kGo);
    if (!copied) return fail(std::move(copied.error()));
    if (!*copied || (*copied)->uids.empty()) return Progress::kDone;
    auto expunged = session.server.store.commit({.mailbox = session.selected().mailbox.id,
                                                 .account = session.account().id,
                                                 .expunge = std::move((*copied)->uids)});
    if (!expunged) return fail(std::move(expunged.error()));
    session.own_change = expunged->modseq;
    session.write().untagged(Condition::kOk, (*copied)->copyuid_code, "Moved");
    session.reply_highest_modseq = true;  // section 4.4
    return Progress::kDone;
  }

 private:
  mail::UidSet uids_;
  std::string mailbox_;
};

}  // namespace

Parsed parse_move(Parser& parser, const Session& session) {
  return parse_to_mailbox<Move>(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_move(Parser& parser, const Session& session) {
  return parse_to_mailbox<Move>(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
