// DELETE (RFC 3501 section 6.3.4):  delete = "DELETE" SP mailbox
// A session that deletes the mailbox it has selected is left with none; other sessions that have it
// selected are told BYE (RFC 2180 section 3.3): there is nothing true left to say to them.
#include "imap/commands/commands.h"
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
    if (session.state() == State::kSelected && session.selected().mailbox.id == mailbox->id) {
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
