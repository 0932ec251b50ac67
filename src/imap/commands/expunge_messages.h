// Removing \Deleted messages, for EXPUNGE, UID EXPUNGE and CLOSE. The client is told by the update
// that follows the command, where it is told at all.
#pragma once

#include "base/error.h"
#include "imap/session.h"
#include "mail/uid_set.h"

namespace roost::imap {

// Those of uids that have \Deleted now; which these were. Durable when it returns.
[[nodiscard]] inline Result<mail::UidSet> expunge_deleted(Session& session, mail::UidSet uids) {
  auto committed = session.server.store.commit({.mailbox = session.selected().mailbox.id,
                                                .account = session.account().id,
                                                .expunge = std::move(uids),
                                                .which = store::Batch::Expunge::kOnlyDeleted});
  if (!committed) return fail(std::move(committed.error()));
  session.own_change = committed->modseq;
  return std::move(committed->expunged);
}

// Every message the client knows of; it cannot mean others (RFC 3501 section 6.4.3).
[[nodiscard]] inline mail::UidSet all_uids(const Session& session) {
  const SelectedMailbox& selected = session.selected();
  const mail::Uid next = selected.asleep() ? selected.told.uid_next : selected.view->uid_next();
  if (next == mail::Uid(1)) return {};
  return mail::UidSet(mail::UidRange{mail::Uid(1), mail::Uid(next.value - 1)});
}

// True: the mailbox is read-only, and the reply says so.
[[nodiscard]] inline bool refuse_read_only(Session& session) {
  if (!session.selected().read_only()) return false;
  session.reply = {Condition::kNo, "READ-ONLY", "The mailbox is selected read-only"};
  return true;
}

}  // namespace roost::imap
