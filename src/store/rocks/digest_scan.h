// Reading digest rows by a set of UIDs: one pass over the rows, jumping only over wide gaps.
#pragma once

#include <functional>

#include "base/error.h"
#include "mail/digest.h"
#include "mail/uid_set.h"
#include "store/rocks/database.h"

namespace roost::store {

// Calls visit(Uid, const Digest&) for the messages of uids that are below uid_next, ascending; it
// returns false to stop. kCorruption.
[[nodiscard]] Result<void> for_each_digest(
    Database& database, mail::MailboxId mailbox, const mail::UidSet& uids, mail::Uid uid_next,
    const std::function<bool(mail::Uid, const mail::Digest&)>& visit);

}  // namespace roost::store
