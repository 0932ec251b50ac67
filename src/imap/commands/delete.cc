// DELETE (RFC 3501 section 6.3.4):  delete = "DELETE" SP mailbox
// A session that deletes the mailbox it has selected is left with none; other sessions that have it
// selected are told CLOSED if they speak IMAP4rev2 (RFC 9051 section 3), else BYE (RFC 2180 section
// 3.3): there is nothing true left to say to them.
#include "imap/commands/commands.h"
#include "imap/commands/list_response.h"
#include "imap/commands/mailbox_argument.h"

namespace roost::imap {

namespace {

class Delete final : public Command {
 public:
  explicit Delete(std::string mailbox) : mailbox_(std::move(mailbox)) {}

  Result<Progress> run(Session& session) override {
    const auto name = mailbox_name(session, mailbox_);
    if (!name) return Progress::kDone;
    store::Store& store = session.server.store;
    const auto mailbox = store.find_mailbox(session.account().id, *name);
    if (!mailbox) return fail(mailbox.error());
    auto deleted = store.delete_mailbox(session.account().id, *name);
    if (!deleted) return fail(std::move(deleted.error()));
    if (!is_as_supplied(*name, mailbox_))
      tell_old_name(session, *name, mailbox_, ListItem::Kind::kNonExistent);
    if (session.state() == State::kSelected && session.selected().mailbox.id == mailbox->id) {
      if (session.enabled().imap4rev2) {
        session.write().untagged(Condition::kOk, "CLOSED", "The selected mailbox was deleted");
      }
      session.unselect();
    }
    return Progress::kDone;
  }

 private:
  std::string mailbox_;
};

}  // namespace

Parsed parse_delete(Parser& parser, const Session& /*session*/) {
  parser.space();
  return std::make_unique<Delete>(parser.mailbox());
}

}  // namespace roost::imap
