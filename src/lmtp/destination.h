// Which mailbox a forward-path means.
//
// The account is the first that exists of: local@domain, local, and, where local is "user+detail",
// user@domain, user. The mailbox is INBOX, or the one that the detail names if the account has it.
// So a site with one domain names its accounts "alice", a site with many "alice@example.org".
#pragma once

#include "base/error.h"
#include "lmtp/path.h"
#include "mail/ids.h"
#include "store/store.h"

namespace roost::lmtp {

struct Destination {
  mail::AccountId account;
  mail::MailboxId mailbox;
};

// An accepted RCPT.
struct Recipient {
  Path forward_path;
  Destination destination;
};

// kNotFound: no such account; kUnavailable: that is not known now. Blocks.
[[nodiscard]] Result<Destination> find_destination(store::Store& store, const Path& path);

}  // namespace roost::lmtp
