// APPEND (RFC 3501 section 6.3.11; MULTIAPPEND RFC 3502; APPENDUID RFC 4315 section 3; BINARY RFC
// 3516 section 4.4):
//   append = "APPEND" SP mailbox 1*append-message
// The messages have streamed into session.incoming while they came. All are appended or none; the
// OK means that they are on disk.
#include "imap/commands/append_message.h"
#include "imap/commands/commands.h"
#include "imap/commands/mailbox_argument.h"
#include "imap/protocol/quirks.h"

namespace roost::imap {

namespace {

class Append final : public Command {
 public:
  Append(std::string mailbox, std::vector<AppendMessage> messages)
      : mailbox_(std::move(mailbox)), messages_(std::move(messages)) {}

  Result<Progress> run(Session& session) override {
    const auto mailbox = find_mailbox(session, mailbox_, MissingMailbox::kTryCreate);
    if (!mailbox) return Progress::kDone;
    auto messages = make_messages(session, std::move(messages_));
    if (!messages) return fail(std::move(messages.error()));
    if (!*messages) return Progress::kDone;
    const store::Batch batch{
        .mailbox = mailbox->id, .account = session.account().id, .messages = **std::move(messages)};
    const auto committed = session.server.store.commit(batch);
    if (!committed) return fail(committed.error());
    session.reply.code = appenduid_code(*mailbox, *committed);
    return Progress::kDone;
  }

 private:
  std::string mailbox_;
  std::vector<AppendMessage> messages_;
};

}  // namespace

Parsed parse_append(Parser& parser, const Session& /*session*/) {
  parser.space();
  std::string mailbox = parser.mailbox();
  std::vector<AppendMessage> messages;
  do {
    messages.push_back(append_message(parser));
  } while (parser.ok() && !quirks::may_end(parser.rest()));
  return std::make_unique<Append>(std::move(mailbox), std::move(messages));
}

}  // namespace roost::imap
