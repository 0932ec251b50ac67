// See mailbox_tree.h. The inferiors of "a" are one run in the map, from "a/" up to "a0": "0"
// follows
// "/" in ASCII. Names such as "a b" and "a-b" stand outside of it.
#include "store/mailbox_tree.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <ranges>

#include "mail/mailbox_name.h"

namespace roost::store {
namespace {

using mail::kHierarchyDelimiter;

auto inferiors_of(const MailboxTree& tree, std::string_view name) {
  const std::string first = std::string(name) + kHierarchyDelimiter;
  const std::string past = std::string(name) + static_cast<char>(kHierarchyDelimiter + 1);
  return std::ranges::subrange(tree.lower_bound(first), tree.lower_bound(past));
}

Mailbox new_mailbox(std::string_view name, mail::SpecialUse use) {
  return {.id = {}, .name = std::string(name), .uid_validity = {}, .special_use = use};
}

// Puts the superiors of name that tree lacks, highest first.
void put_missing_superiors(const MailboxTree& tree, std::string_view name, TreeChange& change) {
  std::vector<std::string_view> missing;
  for (auto parent = mail::parent_of(name); parent && !tree.contains(*parent);
       parent = mail::parent_of(*parent)) {
    missing.push_back(*parent);
  }
  for (const std::string_view superior : std::views::reverse(missing)) {
    change.put.push_back(new_mailbox(superior, mail::SpecialUse::kNone));
  }
}

std::size_t depth_of(std::string_view name) {
  return 1 + static_cast<std::size_t>(std::ranges::count(name, kHierarchyDelimiter));
}

}  // namespace

mail::UidValidity next_uid_validity(mail::UidValidity last) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const auto next =
      std::max(static_cast<std::uint64_t>(now.count()), std::uint64_t{last.value} + 1);
  constexpr std::uint64_t kLast = std::numeric_limits<std::uint32_t>::max();
  return mail::UidValidity(static_cast<std::uint32_t>(std::min(next, kLast)));
}

Result<TreeChange> plan_create(const MailboxTree& tree, std::string_view name, mail::SpecialUse use,
                               std::size_t limit) {
  const auto existing = tree.find(name);
  if (existing != tree.end() && existing->second.selectable) {
    return fail(ErrorCode::kAlreadyExists, "mailbox already exists");
  }
  TreeChange change;
  put_missing_superiors(tree, name, change);
  change.put.push_back(new_mailbox(name, use));
  const std::size_t added = change.put.size() - (existing != tree.end() ? 1 : 0);
  if (tree.size() + added > limit) return fail(ErrorCode::kLimit, "too many mailboxes");
  return change;
}

Result<TreeChange> plan_create_missing(MailboxTree tree, const Store::NamesAndUses& wanted,
                                       std::size_t limit) {
  TreeChange all;
  for (const auto& [name, use] : wanted) {
    auto change = plan_create(tree, name, use, limit);
    if (!change && change.error().code == ErrorCode::kAlreadyExists) continue;
    if (!change) return change;
    for (Mailbox& mailbox : change->put) {
      tree.insert_or_assign(mailbox.name, mailbox);
      all.put.push_back(std::move(mailbox));
    }
  }
  return all;
}

Result<TreeChange> plan_delete(const MailboxTree& tree, std::string_view name) {
  const auto found = tree.find(name);
  if (found == tree.end()) return fail(ErrorCode::kNotFound, "no such mailbox");
  if (name == kInbox) return fail(ErrorCode::kNoPermission, "INBOX cannot be deleted");
  const Mailbox& mailbox = found->second;
  const bool has_inferiors = !inferiors_of(tree, name).empty();
  if (!mailbox.selectable && has_inferiors) {
    return fail(ErrorCode::kNoPermission, "the name has inferiors");
  }
  TreeChange change;
  if (mailbox.selectable) change.ended.push_back(mailbox.id);
  if (has_inferiors) {
    change.put.push_back({.id = {}, .name = mailbox.name, .uid_validity = {}, .selectable = false});
  } else {
    change.erased.push_back(mailbox.name);
  }
  return change;
}

Result<TreeChange> plan_rename(const MailboxTree& tree, std::string_view from, std::string_view to,
                               std::size_t limit) {
  const auto found = tree.find(from);
  if (found == tree.end()) return fail(ErrorCode::kNotFound, "no such mailbox");
  if (tree.contains(to)) return fail(ErrorCode::kAlreadyExists, "mailbox already exists");
  if (mail::is_inferior_of(to, from)) {
    return fail(ErrorCode::kInvalid, "a mailbox cannot move below itself");
  }
  TreeChange change;
  put_missing_superiors(tree, to, change);
  if (tree.size() + change.put.size() > limit) return fail(ErrorCode::kLimit, "too many mailboxes");

  const auto move = [&](const Mailbox& mailbox) {
    Mailbox moved = mailbox;
    moved.name = std::string(to) + mailbox.name.substr(from.size());
    change.erased.push_back(mailbox.name);
    change.put.push_back(std::move(moved));
  };
  move(found->second);
  for (const auto& [name, mailbox] : inferiors_of(tree, from)) move(mailbox);
  for (const Mailbox& mailbox : change.put) {
    if (mailbox.name.size() > mail::kMaxMailboxName ||
        depth_of(mailbox.name) > mail::kMaxMailboxDepth) {
      return fail(ErrorCode::kInvalid, "the name of an inferior would be too long or too deep");
    }
  }
  return change;
}

}  // namespace roost::store
