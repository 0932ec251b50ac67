// COPY (RFC 3501 section 6.4.7):  copy = "COPY" SP sequence-set SP mailbox
// UID COPY (section 6.4.8). COPYUID: RFC 4315 section 3.
#include "imap/commands/commands.h"
#include "imap/commands/copy_messages.h"
#include "imap/commands/message_set.h"

namespace roost::imap {

namespace {

class Copy final : public Command {
 public:
  Copy(mail::UidSet uids, std::string mailbox)
      : uids_(std::move(uids)), mailbox_(std::move(mailbox)) {}

  Result<Progress> run(Session& session) override {
    auto copied = copy_messages(session, uids_, mailbox_, Originals::kStay);
    if (!copied) return fail(std::move(copied.error()));
    if (*copied) session.reply.code = (*copied)->copyuid_code;
    return Progress::kDone;
  }

 private:
  mail::UidSet uids_;
  std::string mailbox_;
};

}  // namespace

Parsed parse_copy(Parser& parser, const Session& session) {
  return parse_to_mailbox<Copy>(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_copy(Parser& parser, const Session& session) {
  return parse_to_mailbox<Copy>(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
