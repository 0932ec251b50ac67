// Message sequence match data (RFC 7162 section 3.2.5.2): numbers and UIDs that a client knows to
// belong together, a sample of its mailbox, against the mailbox as it is.
#pragma once

#include "mail/mailbox_view.h"
#include "mail/uid_set.h"

namespace roost::imap {

// The highest of uids that still has its number: up to it the client knows of all expunges. Uid(0)
// if there is none. The n-th of `numbers` belongs to the n-th of uids.
// O(ranges * log messages), however many numbers the ranges hold.
[[nodiscard]] mail::Uid last_match(const mail::MailboxView& view, const mail::UidSet& numbers,
                                   const mail::UidSet& uids);

}  // namespace roost::imap
