// RENAME of INBOX (RFC 3501 section 6.3.5) on any backend: the messages go, the mailbox stays.
#pragma once

#include "base/error.h"
#include "mail/ids.h"
#include "store/store.h"

namespace roost::store {

// Moves the messages that are in `from` now to the end of `to`, flags and dates kept, and so that a
// session that has `from` selected sees them expunged. First all are copied, then all are expunged:
// a crash between leaves copies, and loses nothing.
[[nodiscard]] Result<void> move_messages(Store& store, mail::MailboxId from, mail::MailboxId to);

}  // namespace roost::store
