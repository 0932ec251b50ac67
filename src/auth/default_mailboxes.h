// The mailboxes a new account has besides its INBOX, with their special uses (RFC 6154): clients
// look for them, and each makes its own under another name where they are missing.
#pragma once

#include "base/error.h"
#include "mail/ids.h"
#include "store/store.h"

namespace roost::auth {

// Makes those that are missing, and subscribes to them and to INBOX.
[[nodiscard]] Result<void> make_default_mailboxes(store::Store& store, mail::AccountId account);

}  // namespace roost::auth
