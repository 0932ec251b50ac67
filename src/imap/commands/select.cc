// SELECT (RFC 3501 section 6.3.1):  select = "SELECT" SP mailbox
// EXAMINE (section 6.3.2):  the same, read-only; it takes no message's \Recent away.
//
// What was selected before is left even if the command fails. The watch is taken before the mailbox
// is read: from there on no change can be missed (push/hub.h), and IDLE has nothing left to set up.
// No message is read: the session begins asleep unless the view is in memory anyway.
#include "imap/commands/commands.h"
#include "imap/commands/mailbox_argument.h"
#include "imap/updates.h"

namespace roost::imap {

namespace {

class Select final : public Command {
 public:
  Select(Access access, std::string mailbox) : access_(access), mailbox_(std::move(mailbox)) {}

  Result<Progress> run(Session& session) override {
    session.unselect();
    auto mailbox = find_mailbox(session, mailbox_, MissingMailbox::kNonexistent);
    if (!mailbox) return Progress::kDone;

    SelectedMailbox selected{.mailbox = *std::move(mailbox), .access = access_};
    selected.watch = session.watch(selected.mailbox.id);
    const auto opened = session.server.store.open_mailbox(
        selected.mailbox.id,
        selected.read_only() ? store::Store::Recent::kLeave : store::Store::Recent::kClaim);
    if (!opened) return fail(opened.error());
    selected.view = opened->view;
    selected.told = {opened->status.highest_modseq, opened->status.uid_next,
                     opened->status.messages, opened->status.recent};
    if (!opened->recent.empty()) {
      selected.recent.add(mail::UidRange{opened->recent.first, opened->recent.last});
    }
    respond(session, selected, *opened);
    session.select(std::move(selected));
    return Progress::kDone;
  }

 private:
  static void respond(Session& session, SelectedMailbox& selected,
                      const store::OpenedMailbox& opened) {
    const store::MailboxStatus& status = opened.status;
    tell_keywords(selected, *opened.keywords, session.out);
    ResponseWriter writer = session.write();
    writer.exists(status.messages);
    writer.recent(status.recent);
    if (status.first_unseen != mail::SeqNum(0)) {
      writer.untagged(Condition::kOk, "UNSEEN " + std::to_string(status.first_unseen.value),
                      "First unseen");
    }
    writer.untagged(Condition::kOk, "UIDVALIDITY " + std::to_string(status.uid_validity.value),
                    "UIDs valid");
    writer.untagged(Condition::kOk, "UIDNEXT " + std::to_string(status.uid_next.value),
                    "Predicted next UID");
    session.reply.code = selected.read_only() ? "READ-ONLY" : "READ-WRITE";
  }

  Access access_;
  std::string mailbox_;
};

}  // namespace

Parsed parse_select(Parser& parser, const Session& /*session*/) {
  parser.space();
  return std::make_unique<Select>(Access::kReadWrite, parser.mailbox());
}

Parsed parse_examine(Parser& parser, const Session& /*session*/) {
  parser.space();
  return std::make_unique<Select>(Access::kReadOnly, parser.mailbox());
}

}  // namespace roost::imap
