// SELECT (RFC 3501 section 6.3.1):  select = "SELECT" SP mailbox
// EXAMINE (section 6.3.2):  the same, read-only; it takes no message's \Recent away.
//
// What was selected before is left even if the command fails. The watch is taken before the view is
// read: from there on no change can be missed (push/hub.h), and IDLE has nothing left to set up.
#include "imap/commands/commands.h"
#include "imap/commands/mailbox_argument.h"
#include "imap/updates.h"

namespace roost::imap {

namespace {

// \Recent for a session that must not claim any: what the next SELECT would be given.
mail::UidSet unclaimed_recent(const mail::MailboxView& view, std::uint32_t count) {
  if (count == 0 || view.empty()) return {};
  const mail::SeqNum first(count < view.size() ? view.size() - count + 1 : 1);
  return mail::UidSet(mail::UidRange{view.at(first).uid, view.last_uid()});
}

std::optional<mail::SeqNum> first_unseen(const mail::MailboxView& view) {
  std::optional<mail::SeqNum> first;
  view.for_each([&](mail::SeqNum seq, const mail::MessageEntry& entry) {
    if (!entry.flags.has(mail::SystemFlag::kSeen)) first = seq;
    return !first;
  });
  return first;
}

class Select final : public Command {
 public:
  Select(Access access, std::string mailbox) : access_(access), mailbox_(std::move(mailbox)) {}

  Result<Progress> run(Session& session) override {
    session.unselect();
    auto mailbox = find_mailbox(session, mailbox_, MissingMailbox::kNonexistent);
    if (!mailbox) return Progress::kDone;

    SelectedMailbox selected{.mailbox = *std::move(mailbox), .access = access_};
    selected.watch = session.watch(selected.mailbox.id);
    auto view = session.server.store.view(selected.mailbox.id);
    if (!view) return fail(std::move(view.error()));
    selected.view = *std::move(view);
    if (auto recent = take_recent(session.server.store, selected); !recent) {
      return fail(std::move(recent.error()));
    }
    respond(session, selected);
    session.select(std::move(selected));
    return Progress::kDone;
  }

 private:
  static Result<void> take_recent(store::Store& store, SelectedMailbox& selected) {
    if (!selected.read_only()) {
      selected.claim_recent(store);
      return {};
    }
    const auto status = store.status(selected.mailbox.id);
    if (!status) return fail(status.error());
    selected.recent = unclaimed_recent(*selected.view, status->recent);
    return {};
  }

  static void respond(Session& session, SelectedMailbox& selected) {
    const mail::MailboxView& view = *selected.view;
    tell_keywords(selected, view.keywords(), session.out);
    ResponseWriter writer = session.write();
    writer.exists(view.size());
    writer.recent(selected.recent_count());
    if (const auto unseen = first_unseen(view)) {
      writer.untagged(Condition::kOk, "UNSEEN " + std::to_string(unseen->value), "First unseen");
    }
    writer.untagged(Condition::kOk,
                    "UIDVALIDITY " + std::to_string(view.header().uid_validity.value),
                    "UIDs valid");
    writer.untagged(Condition::kOk, "UIDNEXT " + std::to_string(view.uid_next().value),
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
