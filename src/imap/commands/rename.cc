// RENAME (RFC 3501 section 6.3.5):  rename = "RENAME" SP mailbox SP mailbox
// Inferiors are renamed, too. RENAME of INBOX moves its messages and leaves INBOX empty. A session
// that has the mailbox selected follows it: it holds an id, not a name.
#include "imap/commands/commands.h"
#include "imap/commands/list_response.h"
#include "imap/commands/mailbox_argument.h"

namespace roost::imap {

namespace {

class Rename final : public Command {
 public:
  Rename(std::string from, std::string to) : from_(std::move(from)), to_(std::move(to)) {}

  Result<Progress> run(Session& session) override {
    const auto from = mailbox_name(session, from_);
    if (!from) return Progress::kDone;
    const auto to = mailbox_name(session, to_);
    if (!to) return Progress::kDone;
    auto renamed = session.server.store.rename_mailbox(session.account().id, *from, *to);
    if (renamed) {
      const bool as_supplied = is_as_supplied(*from, from_) && is_as_supplied(*to, to_);
      if (!as_supplied) tell_old_name(session, *to, from_);
      return Progress::kDone;
    }
    if (renamed.error().code != ErrorCode::kInvalid) return fail(std::move(renamed.error()));
    session.reply = {Condition::kNo, "CANNOT", renamed.error().detail};
    return Progress::kDone;
  }

 private:
  std::string from_;
  std::string to_;
};

}  // namespace

Parsed parse_rename(Parser& parser, const Session& /*session*/) {
  parser.space();
  std::string from = parser.mailbox();
  parser.space();
  return std::make_unique<Rename>(std::move(from), parser.mailbox());
}

}  // namespace roost::imap
