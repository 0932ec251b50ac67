// REPLACE (RFC 8508 section 3.2):  replace = "REPLACE" SP seq-number SP mailbox append-message
// UID REPLACE (section 3.3):  the same, by UID.
//
// In one mailbox the old message goes and the new one comes in one commit, or neither does. From
// one to another the new one is durable before the old one goes: a crash between leaves both.
// APPENDUID comes untagged and before the EXPUNGE (section 4.3), which the update after the command
// tells.
#include "imap/commands/append_message.h"
#include "imap/commands/commands.h"
#include "imap/commands/expunge_messages.h"
#include "imap/commands/mailbox_argument.h"
#include "imap/commands/message_set.h"

namespace roost::imap {

namespace {

class Replace final : public Command {
 public:
  Replace(Addressed addressed, mail::UidSet uid, std::string mailbox, AppendMessage message)
      : addressed_(addressed),
        uid_(std::move(uid)),
        mailbox_(std::move(mailbox)),
        message_(std::move(message)) {}

  Result<Progress> run(Session& session) override {
    if (refuse_read_only(session)) return Progress::kDone;
    const auto target = find_mailbox(session, mailbox_, MissingMailbox::kTryCreate);
    if (!target) return Progress::kDone;
    const auto old_size = size_of_old(session);
    if (!old_size) return gone(session, old_size.error());
    std::vector<AppendMessage> one;
    one.push_back(std::move(message_));
    auto made = make_messages(session, std::move(one), *old_size);
    if (!made) return fail(std::move(made.error()));
    if (!*made) return Progress::kDone;
    const bool here = target->id == session.selected().mailbox.id;
    return here ? replace_here(session, *target, **std::move(made))
                : replace_there(session, *target, **std::move(made));
  }

 private:
  using Messages = std::vector<store::NewMessage>;

  Result<Progress> replace_here(Session& session, const store::Mailbox& mailbox,
                                Messages messages) const {
    const auto committed = session.server.store.commit({.mailbox = mailbox.id,
                                                        .account = session.account().id,
                                                        .expunge = uid_,
                                                        .which = store::Batch::Expunge::kEach,
                                                        .messages = std::move(messages)});
    if (!committed) return gone(session, committed.error());
    return replaced(session, mailbox, *committed);
  }

  Result<Progress> replace_there(Session& session, const store::Mailbox& target,
                                 Messages messages) const {
    store::Store& store = session.server.store;
    const auto appended = store.commit(
        {.mailbox = target.id, .account = session.account().id, .messages = std::move(messages)});
    if (!appended && appended.error().code == ErrorCode::kNotFound) {
      session.reply = {Condition::kNo, "TRYCREATE", "No such mailbox"};
      return Progress::kDone;
    }
    if (!appended) return fail(appended.error());
    const auto expunged = store.commit({.mailbox = session.selected().mailbox.id,
                                        .account = session.account().id,
                                        .expunge = uid_,
                                        .which = store::Batch::Expunge::kEach});
    if (expunged) return replaced(session, target, *appended);
    if (expunged.error().code != ErrorCode::kNotFound) return fail(expunged.error());
    // Somebody else has replaced or removed the old one meanwhile.
    const auto taken_back = store.commit(
        {.mailbox = target.id, .account = session.account().id, .expunge = appended->assigned});
    if (!taken_back && taken_back.error().code != ErrorCode::kNotFound) {
      return fail(taken_back.error());
    }
    return gone(session, expunged.error());
  }

  static Result<Progress> replaced(Session& session, const store::Mailbox& target,
                                   const store::Committed& committed) {
    session.write().untagged(Condition::kOk, appenduid_code(target, committed),
                             "Replacement message ready");
    return Progress::kDone;
  }

  [[nodiscard]] Result<std::uint64_t> size_of_old(Session& session) const {
    if (uid_.empty()) return fail(ErrorCode::kNotFound, "No such message");
    const auto digest =
        session.server.store.digest(session.selected().mailbox.id, uid_.ranges().front().first);
    if (!digest) return fail(digest.error());
    return digest->size;
  }

  // A message the client still counts may be gone, which it is told right after this.
  Result<Progress> gone(Session& session, const Error& error) const {
    if (error.code != ErrorCode::kNotFound || addressed_ == Addressed::kByUid) return fail(error);
    session.reply = {Condition::kNo, "EXPUNGEISSUED", "The message no longer exists"};
    return Progress::kDone;
  }

  Addressed addressed_;
  mail::UidSet uid_;  // of the one message; empty if there is none
  std::string mailbox_;
  AppendMessage message_;
};

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  parser.space();
  mail::UidSet uid = message_set(parser, session, addressed);
  if (uid.count() > 1) parser.fail("one message, not several");
  parser.space();
  std::string mailbox = parser.mailbox();
  return std::make_unique<Replace>(addressed, std::move(uid), std::move(mailbox),
                                   append_message(parser));
}

}  // namespace

Parsed parse_replace(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_replace(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
