// Reading digest rows by a set of UIDs: one pass over the rows, jumping only over wide gaps.
#pragma once

#include <functional>
#include <string_view>

#include "base/error.h"
#include "mail/ids.h"
#include "mail/uid_set.h"
#include "store/rocks/database.h"

namespace roost::store {

// Calls visit(Uid, row) for the messages of uids that are below uid_next, ascending; it returns
// false to stop. kCorruption, and its own errors.
using DigestRowVisitor = std::function<Result<bool>(mail::Uid, std::string_view)>;
[[nodiscard]] Result<void> for_each_digest_row(Database& database, mail::MailboxId mailbox,
                                               const mail::UidSet& uids, mail::Uid uid_next,
                                               const DigestRowVisitor& visit);

}  // namespace roost::store
