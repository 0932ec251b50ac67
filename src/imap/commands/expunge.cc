// EXPUNGE (RFC 3501 section 6.4.3): no arguments.
// UID EXPUNGE (RFC 4315 section 2.1):  uid-expunge = "UID" SP "EXPUNGE" SP sequence-set
// HIGHESTMODSEQ: RFC 7162 sections 3.2.7 and 3.2.9.
#include "imap/commands/commands.h"
#include "imap/commands/expunge_messages.h"
#include "imap/commands/message_set.h"

namespace roost::imap {

namespace {

class Expunge final : public Command {
 public:
  explicit Expunge(mail::UidSet uids) : uids_(std::move(uids)) {}

  Result<Progress> run(Session& session) override {
    if (refuse_read_only(session)) return Progress::kDone;
    const auto expunged = expunge_deleted(session, std::move(uids_));
    if (!expunged) return fail(expunged.error());
    session.reply_highest_modseq = session.enabled().qresync && !expunged->empty();
    return Progress::kDone;
  }

 private:
  mail::UidSet uids_;
};

}  // namespace

Parsed parse_expunge(Parser& /*parser*/, const Session& session) {
  return std::make_unique<Expunge>(all_uids(session));
}

Parsed parse_uid_expunge(Parser& parser, const Session& session) {
  parser.space();
  return std::make_unique<Expunge>(message_set(parser, session, Addressed::kByUid));
}

}  // namespace roost::imap
