// STATUS (RFC 3501 section 6.3.10, APPENDLIMIT RFC 7889 section 4, SIZE RFC 8438 section 3, DELETED
// RFC 9051 section 6.3.11, HIGHESTMODSEQ RFC 7162 section 3.1.7, MAILBOXID RFC 8474 section 4.3):
//   status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"
// Answered from one row: asking all mailboxes costs a read each, whatever they hold.
#include <array>

#include "imap/commands/commands.h"
#include "imap/commands/mailbox_argument.h"
#include "imap/commands/status_items.h"
#include "mail/object_id.h"

namespace roost::imap {

namespace {

struct StatusAttName {
  StatusAtt att;
  std::string_view name;
};
constexpr std::array kStatusAtts = {
    StatusAttName{StatusAtt::kMessages, "MESSAGES"},
    StatusAttName{StatusAtt::kRecent, "RECENT"},
    StatusAttName{StatusAtt::kUidNext, "UIDNEXT"},
    StatusAttName{StatusAtt::kUidValidity, "UIDVALIDITY"},
    StatusAttName{StatusAtt::kUnseen, "UNSEEN"},
    StatusAttName{StatusAtt::kDeleted, "DELETED"},
    StatusAttName{StatusAtt::kSize, "SIZE"},
    StatusAttName{StatusAtt::kAppendLimit, "APPENDLIMIT"},
    StatusAttName{StatusAtt::kHighestModSeq, "HIGHESTMODSEQ"},
    StatusAttName{StatusAtt::kMailboxId, "MAILBOXID"},
};

std::string value_of(StatusAtt att, const StatusItem& item) {
  const store::MailboxStatus& status = item.status;
  switch (att) {
    case StatusAtt::kMessages:
      return std::to_string(status.messages);
    case StatusAtt::kRecent:
      return std::to_string(status.recent);
    case StatusAtt::kUidNext:
      return std::to_string(status.uid_next.value);
    case StatusAtt::kUidValidity:
      return std::to_string(status.uid_validity.value);
    case StatusAtt::kUnseen:
      return std::to_string(status.unseen);
    case StatusAtt::kDeleted:
      return std::to_string(status.deleted);
    case StatusAtt::kSize:
      return std::to_string(status.size);
    case StatusAtt::kAppendLimit:
      return item.append_limit > 0 ? std::to_string(item.append_limit) : "NIL";
    case StatusAtt::kHighestModSeq:
      return std::to_string(status.highest_modseq.value);
    case StatusAtt::kMailboxId:
      return "(" + mail::mailbox_id(item.mailbox, status.uid_validity) + ")";
  }
  return "0";
}

class Status final : public Command {
 public:
  Status(std::string mailbox, std::vector<StatusAtt> atts)
      : mailbox_(std::move(mailbox)), atts_(std::move(atts)) {}

  Result<Progress> run(Session& session) override {
    const auto mailbox = find_mailbox(session, mailbox_, MissingMailbox::kNonexistent);
    if (!mailbox) return Progress::kDone;
    const auto status = session.server.store.status(mailbox->id);
    if (!status) return fail(status.error());
    if (asks_highest_modseq(atts_)) session.enable_condstore();
    tell_status(session, *mailbox, *status, atts_);
    return Progress::kDone;
  }

 private:
  std::string mailbox_;
  std::vector<StatusAtt> atts_;
};

}  // namespace

std::vector<StatusAtt> status_atts(Parser& parser) {
  std::vector<StatusAtt> atts;
  parser.expect('(');
  do {
    if (!atts.empty()) parser.space();
    const auto known = std::ranges::find_if(
        kStatusAtts, [&](const StatusAttName& row) { return parser.try_word(row.name); });
    if (known == kStatusAtts.end()) {
      parser.fail("a status data item");
    } else if (std::ranges::find(atts, known->att) == atts.end()) {
      atts.push_back(known->att);
    }
  } while (parser.ok() && parser.peek() == ' ');
  parser.expect(')');
  return atts;
}

bool asks_highest_modseq(std::span<const StatusAtt> atts) {
  return std::ranges::find(atts, StatusAtt::kHighestModSeq) != atts.end();
}

void write_status(ResponseWriter writer, const StatusItem& item, std::span<const StatusAtt> atts) {
  writer.raw("* STATUS ").mailbox(item.name).raw(" (");
  std::string_view separator;
  for (const StatusAtt att : atts) {
    writer.raw(separator).raw(kStatusAtts[static_cast<std::size_t>(att)].name);
    writer.raw(" ").raw(value_of(att, item));
    separator = " ";
  }
  writer.raw(")\r\n");
}

void tell_status(Session& session, const store::Mailbox& mailbox,
                 const store::MailboxStatus& status, std::span<const StatusAtt> atts) {
  write_status(session.write(),
               {.name = mailbox.name,
                .mailbox = mailbox.id,
                .status = status,
                .append_limit = session.server.options.append_limit},
               atts);
}

Parsed parse_status(Parser& parser, const Session& /*session*/) {
  parser.space();
  std::string mailbox = parser.mailbox();
  parser.space();
  return std::make_unique<Status>(std::move(mailbox), status_atts(parser));
}

}  // namespace roost::imap
