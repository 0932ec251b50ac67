#include "imap/commands/vanished_earlier.h"

namespace roost::imap {

namespace {

constexpr std::size_t kRangesALine = 1000;

}  // namespace

Result<void> VanishedEarlier::find(Session& session, const mail::UidSet& uids, mail::ModSeq since) {
  const SelectedMailbox& selected = session.selected();
  const mail::MailboxView& view = *selected.view;
  if (view.uid_next() == mail::Uid(1)) return {};
  // A UID that no message had is none of a message that vanished.
  const mail::UidSet had =
      mail::intersection(uids, mail::UidSet(mail::UidRange{mail::Uid(1), view.uid_next().prev()}));
  const auto expunged = session.server.store.expunged_since(selected.mailbox.id, since);
  if (!expunged && expunged.error().code != ErrorCode::kNotFound) return fail(expunged.error());
  uids_ = mail::missing_from(view, expunged ? mail::intersection(had, *expunged) : had);
  return {};
}

bool VanishedEarlier::write(Session& session) {
  while (written_ < uids_.ranges().size()) {
    if (session.output_full()) return false;
    session.out += "* VANISHED (EARLIER) ";
    uids_.append_ranges(written_, kRangesALine, session.out);
    session.out += "\r\n";
  }
  return true;
}

}  // namespace roost::imap
