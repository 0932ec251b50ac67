// The accounts of MemoryStore.
#include <algorithm>

#include "store/account_name.h"
#include "store/memory/memory_store_class.h"

namespace roost::store {

using mail::AccountId;
using mail::MailboxId;

Result<MemoryStore::AccountRow*> MemoryStore::account_row(AccountId account) {
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return fail(ErrorCode::kNotFound, "no such account");
  return &found->second;
}

MemoryStore::AccountRow& MemoryStore::add_account(std::string key, std::string_view name,
                                                  std::string_view hash) {
  const AccountId id(++last_id_);
  account_ids_.emplace(std::move(key), id);
  AccountRow& row = accounts_[id];
  row.account = {id, std::string(name), std::string(hash)};
  row.last_uid_validity = removed_uid_validity_;
  TreeChange inbox;
  inbox.put.push_back({.id = {}, .name = std::string(kInbox), .uid_validity = {}});
  carry_out(row, inbox);
  return row;
}

Result<AccountId> MemoryStore::create_account(std::string_view name, std::string_view hash) {
  auto key = account_key(name);
  if (!key) return fail(key.error());
  std::lock_guard writing(writing_);
  std::lock_guard state(state_);
  if (account_ids_.contains(*key)) return fail(ErrorCode::kAlreadyExists, "the account exists");
  return add_account(*std::move(key), name, hash).account.id;
}

Result<void> MemoryStore::import_accounts(
    const std::vector<std::pair<std::string, std::string>>& names_and_hashes) {
  for (const auto& [name, hash] : names_and_hashes) {
    if (auto key = account_key(name); !key) {
      return fail(ErrorCode::kInvalid, name + ": " + key.error().detail);
    }
  }
  std::lock_guard writing(writing_);
  std::set<AccountId> changed;
  {
    std::lock_guard state(state_);
    for (const auto& [name, hash] : names_and_hashes) {
      std::string key = *account_key(name);
      if (const auto found = account_ids_.find(key); found != account_ids_.end()) {
        accounts_[found->second].account.password_hash = hash;
        changed.insert(found->second);
      } else {
        add_account(std::move(key), name, hash);
      }
    }
  }
  for (const AccountId account : changed) {
    if (ChangeSink* sink = sink_)
      sink->account_changed(account, ChangeSink::AccountEvent::kPasswordChanged);
  }
  return {};
}

Result<Account> MemoryStore::find_account(std::string_view name) {
  std::lock_guard state(state_);
  const auto key = account_key(name);
  const auto found = key ? account_ids_.find(*key) : account_ids_.end();
  if (found == account_ids_.end()) return fail(ErrorCode::kNotFound, "no such account");
  return accounts_[found->second].account;
}

Result<std::vector<Account>> MemoryStore::accounts() {
  std::lock_guard state(state_);
  std::vector<Account> all;
  all.reserve(account_ids_.size());
  for (const auto& [key, id] : account_ids_) all.push_back(accounts_[id].account);
  return all;
}

Result<void> MemoryStore::set_password_hash(AccountId account, std::string_view hash) {
  std::lock_guard writing(writing_);
  {
    std::lock_guard state(state_);
    const auto row = account_row(account);
    if (!row) return fail(row.error());
    (*row)->account.password_hash = hash;
  }
  if (ChangeSink* sink = sink_)
    sink->account_changed(account, ChangeSink::AccountEvent::kPasswordChanged);
  return {};
}

Result<void> MemoryStore::remove_account(AccountId account) {
  std::lock_guard writing(writing_);
  std::vector<MailboxId> ended;
  {
    std::lock_guard state(state_);
    const auto row = account_row(account);
    if (!row) return fail(row.error());
    for (const auto& [name, mailbox] : (*row)->tree) {
      if (!mailbox.selectable) continue;
      remove_mailbox(mailbox.id);
      ended.push_back(mailbox.id);
    }
    removed_uid_validity_ = std::max(removed_uid_validity_, (*row)->last_uid_validity);
    account_ids_.erase(*account_key((*row)->account.name));
    accounts_.erase(account);
  }
  ChangeSink* const sink = sink_;
  if (!sink) return {};
  // First: who has one of its mailboxes selected is to be told why that is gone.
  sink->account_changed(account, ChangeSink::AccountEvent::kRemoved);
  for (const MailboxId mailbox : ended) sink->mailbox_deleted(mailbox);
  return {};
}

}  // namespace roost::store
