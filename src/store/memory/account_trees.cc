// The mailbox trees and subscriptions of MemoryStore.
#include "store/memory/memory_store_class.h"
#include "store/move_messages.h"

namespace roost::store {

using mail::AccountId;
using mail::MailboxId;

void MemoryStore::carry_out(AccountRow& row, TreeChange& change) {
  for (const std::string& name : change.erased) row.tree.erase(name);
  for (const MailboxId mailbox : change.ended) remove_mailbox(mailbox);
  for (Mailbox& mailbox : change.put) {
    if (is_new(mailbox)) {
      mailbox.id = MailboxId(++last_id_);
      mailbox.uid_validity = row.last_uid_validity = next_uid_validity(row.last_uid_validity);
      add_mailbox(mailbox);
    }
    row.tree[mailbox.name] = mailbox;
  }
}

Result<std::vector<Mailbox>> MemoryStore::mailboxes(AccountId account) {
  std::lock_guard state(state_);
  const auto row = account_row(account);
  if (!row) return fail(row.error());
  std::vector<Mailbox> all;
  for (const auto& [name, mailbox] : (*row)->tree) all.push_back(mailbox);
  return all;
}

Result<Mailbox> MemoryStore::find_mailbox(AccountId account, std::string_view name) {
  std::lock_guard state(state_);
  const auto row = account_row(account);
  if (!row) return fail(row.error());
  const auto found = (*row)->tree.find(name);
  if (found == (*row)->tree.end()) return fail(ErrorCode::kNotFound, "no such mailbox");
  return found->second;
}

Result<Mailbox> MemoryStore::create_mailbox(AccountId account, std::string_view name,
                                            mail::SpecialUse use) {
  std::lock_guard writing(writing_);
  std::unique_lock state(state_);
  const auto row = account_row(account);
  if (!row) return fail(row.error());
  auto change = plan_create((*row)->tree, name, use, mailboxes_per_account_);
  if (!change) return fail(change.error());
  carry_out(**row, *change);
  state.unlock();
  announce(account);
  return change->put.back();
}

Result<void> MemoryStore::create_missing_mailboxes(AccountId account, const NamesAndUses& wanted) {
  std::lock_guard writing(writing_);
  std::unique_lock state(state_);
  const auto row = account_row(account);
  if (!row) return fail(row.error());
  auto change = plan_create_missing((*row)->tree, wanted, mailboxes_per_account_);
  if (!change) return fail(change.error());
  carry_out(**row, *change);
  (*row)->subscriptions.emplace(kInbox);
  for (const auto& [name, use] : wanted) (*row)->subscriptions.emplace(name);
  state.unlock();
  announce(account);
  return {};
}

Result<void> MemoryStore::delete_mailbox(AccountId account, std::string_view name) {
  std::lock_guard writing(writing_);
  std::vector<MailboxId> ended;
  {
    std::lock_guard state(state_);
    const auto row = account_row(account);
    if (!row) return fail(row.error());
    auto change = plan_delete((*row)->tree, name);
    if (!change) return fail(change.error());
    carry_out(**row, *change);
    ended = std::move(change->ended);
  }
  for (const MailboxId mailbox : ended) {
    if (ChangeSink* sink = sink_) sink->mailbox_deleted(mailbox);
  }
  announce(account);
  return {};
}

Result<void> MemoryStore::rename_mailbox(AccountId account, std::string_view from,
                                         std::string_view to) {
  if (from == kInbox) return rename_inbox(*this, account, to);
  std::lock_guard writing(writing_);
  std::unique_lock state(state_);
  const auto row = account_row(account);
  if (!row) return fail(row.error());
  auto change = plan_rename((*row)->tree, from, to, mailboxes_per_account_);
  if (!change) return fail(change.error());
  carry_out(**row, *change);
  state.unlock();
  announce(account);
  return {};
}

Result<void> MemoryStore::set_subscribed(AccountId account, std::string_view name,
                                         Subscribed subscribed) {
  std::lock_guard writing(writing_);
  std::unique_lock state(state_);
  const auto row = account_row(account);
  if (!row) return fail(row.error());
  auto& names = (*row)->subscriptions;
  const auto found = names.find(name);
  if ((found != names.end()) == (subscribed == Subscribed::kYes)) return {};
  if (subscribed == Subscribed::kNo) {
    names.erase(found);
  } else if (names.size() >= max_subscriptions(mailboxes_per_account_)) {
    return fail(ErrorCode::kLimit, "too many subscriptions");
  } else {
    names.emplace(name);
  }
  state.unlock();
  announce(account);
  return {};
}

Result<std::vector<std::string>> MemoryStore::subscriptions(AccountId account) {
  std::lock_guard state(state_);
  const auto row = account_row(account);
  if (!row) return fail(row.error());
  return std::vector<std::string>((*row)->subscriptions.begin(), (*row)->subscriptions.end());
}

}  // namespace roost::store
