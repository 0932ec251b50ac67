// The part of a check that reads the meta column: accounts, names, mailbox trees, headers and
// counters.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "base/error.h"
#include "store/mailbox_header.h"
#include "store/rocks/database.h"
#include "store/rocks/findings.h"
#include "store/rocks/id_allocator.h"

namespace roost::store {

// What the other columns are checked against.
struct MetaRows {
  // Of the mailboxes that are in a tree. One that is missing or unreadable has UIDNEXT 0.
  std::map<mail::MailboxId, MailboxHeader> headers;
  std::set<mail::MailboxId> gone;
  std::map<IdKind, std::uint64_t> next_ids;
  std::set<mail::AccountId> accounts;
};

// Errors are those of reading.
[[nodiscard]] Result<MetaRows> check_meta(const Snapshot& snapshot, Findings& findings);

}  // namespace roost::store
