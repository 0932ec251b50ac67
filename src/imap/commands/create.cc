// CREATE (RFC 3501 section 6.3.3, RFC 6154 section 3, MAILBOXID RFC 8474 section 4.1):
//   create = "CREATE" SP mailbox [SP "(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"]
// Missing superiors are made, too. A mailbox has at most one special use here, and \All and
// \Flagged are none: such a request is refused with [USEATTR].
#include "imap/commands/commands.h"
#include "imap/commands/list_response.h"
#include "imap/commands/mailbox_argument.h"
#include "mail/object_id.h"

namespace roost::imap {

namespace {

bool can_be_given(mail::SpecialUse use) {
  return use != mail::SpecialUse::kNone && use != mail::SpecialUse::kAll &&
         use != mail::SpecialUse::kFlagged;
}

class Create final : public Command {
 public:
  Create(std::string mailbox, std::vector<std::string> uses)
      : mailbox_(std::move(mailbox)), uses_(std::move(uses)) {}

  Result<Progress> run(Session& session) override {
    const auto name = mailbox_name(session, mailbox_);
    if (!name) return Progress::kDone;
    mail::SpecialUse use = mail::SpecialUse::kNone;
    if (!uses_.empty()) {
      const auto wanted = mail::special_use(uses_.front());
      if (uses_.size() > 1 || !wanted || !can_be_given(*wanted)) {
        session.reply = {Condition::kNo, "USEATTR", "That special use cannot be given"};
        return Progress::kDone;
      }
      use = *wanted;
    }
    auto created = session.server.store.create_mailbox(session.account().id, *name, use);
    if (!created) return fail(std::move(created.error()));
    if (!is_as_supplied(*name, mailbox_)) tell_old_name(session, *name, mailbox_);
    session.reply.code = "MAILBOXID (" + mail::mailbox_id(created->id, created->uid_validity) + ")";
    return Progress::kDone;
  }

 private:
  std::string mailbox_;
  std::vector<std::string> uses_;
};

}  // namespace

Parsed parse_create(Parser& parser, const Session& /*session*/) {
  parser.space();
  std::string mailbox = parser.mailbox();
  std::vector<std::string> uses;
  if (parser.try_char(' ')) {
    parser.expect('(');
    if (!parser.try_word("USE")) parser.fail("USE");
    parser.space();
    parser.expect('(');
    while (parser.ok() && parser.peek() != ')') {
      if (!uses.empty()) parser.space();
      parser.expect('\\');
      uses.push_back("\\" + std::string(parser.atom()));
    }
    parser.expect(')');
    parser.expect(')');
  }
  return std::make_unique<Create>(std::move(mailbox), std::move(uses));
}

}  // namespace roost::imap
