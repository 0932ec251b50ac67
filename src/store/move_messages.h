// RENAME of INBOX (RFC 3501 section 6.3.5) on any backend: the messages go, the mailbox stays.
#pragma once

#include <string_view>

#include "base/error.h"
#include "mail/ids.h"
#include "store/store.h"

namespace roost::store {

// Moves the messages that are in `from` now to the end of `to`, flags and dates kept, and so that a
// session that has `from` selected sees them expunged. First all are copied, then all are expunged:
// a crash between leaves copies, and loses nothing.
[[nodiscard]] Result<void> move_messages(Store& store, mail::AccountId account,
                                         mail::MailboxId from, mail::MailboxId to);

// RENAME of INBOX: makes `to` and moves the messages there. INBOX keeps its id, so a session that
// has it selected stays in it. Errors of create_mailbox and commit.
[[nodiscard]] Result<void> rename_inbox(Store& store, mail::AccountId account, std::string_view to);

}  // namespace roost::store
