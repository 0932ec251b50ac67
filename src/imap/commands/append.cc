// APPEND (RFC 3501 section 6.3.11, APPENDUID RFC 4315 section 3):
//   append = "APPEND" SP mailbox [SP flag-list] [SP date-time] SP literal
// The message has streamed into session.incoming while it came. The OK means that it is on disk.
#include "base/local_zone.h"
#include "imap/commands/commands.h"
#include "imap/commands/mailbox_argument.h"

namespace roost::imap {

namespace {

class Append final : public Command {
 public:
  Append(std::string mailbox, mail::FlagNames flags, std::optional<mail::InternalDate> date,
         std::uint64_t size)
      : mailbox_(std::move(mailbox)), flags_(std::move(flags)), date_(date), size_(size) {}

  Result<Progress> run(Session& session) override {
    const auto mailbox = find_mailbox(session, mailbox_, MissingMailbox::kTryCreate);
    if (!mailbox) return Progress::kDone;
    if (size_ == 0) {
      session.reply = {Condition::kNo, "CANNOT", "A message has at least one octet"};
      return Progress::kDone;
    }
    if (auto room = session.check_room(size_); !room) return fail(std::move(room.error()));
    IncomingMessage& incoming = session.incoming;
    incoming.write_out(session.server.store);
    if (incoming.failed) return fail(*std::move(incoming.failed));
    auto received = incoming.writer->finish();
    if (!received) return fail(std::move(received.error()));

    store::Batch batch{.mailbox = mailbox->id};
    store::NewMessage& message = batch.messages.emplace_back();
    message.blob = received->blob;
    message.digest = std::move(received->digest);
    const std::int64_t now = session.server.clock.unix_seconds();
    message.digest.internal_date = date_.value_or(mail::InternalDate{now, local_zone_minutes(now)});
    message.flags = std::move(flags_);
    auto committed = session.server.store.commit(batch);
    if (!committed) return fail(std::move(committed.error()));
    session.reply.code = "APPENDUID " + std::to_string(mailbox->uid_validity.value) + " " +
                         committed->assigned.to_string();
    return Progress::kDone;
  }

 private:
  std::string mailbox_;
  mail::FlagNames flags_;
  std::optional<mail::InternalDate> date_;
  std::uint64_t size_;
};

}  // namespace

Parsed parse_append(Parser& parser, const Session& /*session*/) {
  parser.space();
  std::string mailbox = parser.mailbox();
  parser.space();
  mail::FlagNames flags;
  if (parser.peek() == '(') {
    flags = parser.flag_list();
    parser.space();
  }
  std::optional<mail::InternalDate> date;
  if (parser.peek() == '"') {
    date = parser.date_time();
    parser.space();
  }
  const Parser::Literal literal = parser.literal();
  return std::make_unique<Append>(std::move(mailbox), std::move(flags), date, literal.size);
}

}  // namespace roost::imap
