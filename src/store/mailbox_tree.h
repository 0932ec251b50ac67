// The mailbox names of one account, and what CREATE, DELETE and RENAME do to them (RFC 3501
// sections 6.3.3 to 6.3.5), as pure functions: they plan, the backend writes the plan in one step.
//
// Invariant of a tree: it has INBOX, and every superior of a name in it is in it, too.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "mail/special_use.h"
#include "store/store.h"

namespace roost::store {

inline constexpr std::string_view kInbox = "INBOX";

using MailboxTree = std::map<std::string, Mailbox, std::less<>>;

// Subscriptions outlive their mailboxes, so there may be more of them.
[[nodiscard]] constexpr std::size_t max_subscriptions(std::size_t mailboxes_per_account) {
  return 2 * mailboxes_per_account;
}

struct TreeChange {
  std::vector<std::string> erased;     // names that go, before those of put come
  std::vector<Mailbox> put;            // new rows, by name; is_new ones get id and validity then
  std::vector<mail::MailboxId> ended;  // mailboxes that go with their messages
};

// A planned mailbox that has no id and UIDVALIDITY yet.
[[nodiscard]] inline bool is_new(const Mailbox& mailbox) {
  return mailbox.selectable && mailbox.id == mail::MailboxId();
}

// UIDVALIDITY for the next new mailbox of an account: the wall clock's second, but always above the
// account's last one (for a new account, the last of those that were removed), so that a mailbox
// made anew is never taken for the old one of its name (RFC 3501 section 2.3.1.1). It
// stays at the last number there is (the year 2106) instead of becoming 0, which is none.
[[nodiscard]] mail::UidValidity next_uid_validity(mail::UidValidity last);

// With missing superiors. kAlreadyExists; kLimit: the tree would have more than limit names.
[[nodiscard]] Result<TreeChange> plan_create(const MailboxTree& tree, std::string_view name,
                                             mail::SpecialUse use, std::size_t limit);
// Those of wanted that the tree lacks. kLimit.
[[nodiscard]] Result<TreeChange> plan_create_missing(MailboxTree tree,
                                                     const Store::NamesAndUses& wanted,
                                                     std::size_t limit);
// kNotFound; kNoPermission for INBOX and for a \Noselect name with inferiors.
[[nodiscard]] Result<TreeChange> plan_delete(const MailboxTree& tree, std::string_view name);
// Of any name but INBOX, with its inferiors and the missing superiors of `to`. kNotFound,
// kAlreadyExists, kLimit; kInvalid: `to` is below `from`, or an inferior's name grows too long.
[[nodiscard]] Result<TreeChange> plan_rename(const MailboxTree& tree, std::string_view from,
                                             std::string_view to, std::size_t limit);

}  // namespace roost::store
