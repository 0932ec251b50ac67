// See accounts.h: names and passwords. The mailbox trees are in account_trees.cc.
#include "store/rocks/accounts.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "store/account_name.h"
#include "store/rocks/rows.h"

namespace roost::store {

using mail::AccountId;

Result<std::optional<AccountId>> Accounts::id_of(std::string_view key) {
  const auto row = database_.get(Column::kMeta, meta_key(MetaKind::kName, key));
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  const auto id = decode_number(**row);
  if (!id) return fail(id.error());
  return AccountId(*id);
}

Result<Account> Accounts::read(AccountId account) {
  const auto row = database_.get(Column::kMeta, meta_key(MetaKind::kAccount, account.value));
  if (!row) return fail(row.error());
  if (!*row) return fail(ErrorCode::kNotFound, "no such account");
  return decode_account(account, **row);
}

Result<AccountId> Accounts::add(Writes& writes, std::string_view key, std::string_view name,
                                std::string_view hash) {
  const auto number = account_ids_.next();
  if (!number) return fail(number.error());
  const AccountId id(*number);
  writes.put(Column::kMeta, meta_key(MetaKind::kName, key), encode_number(id.value));
  writes.put(Column::kMeta, meta_key(MetaKind::kAccount, id.value),
             encode_account({id, std::string(name), std::string(hash)}));
  std::vector<Mailbox> inbox = {{.id = {}, .name = std::string(kInbox), .uid_validity = {}}};
  if (auto put = put_mailboxes(writes, id, inbox); !put) return fail(std::move(put).error());
  return id;
}

Result<AccountId> Accounts::create(std::string_view name, std::string_view hash) {
  const auto key = account_key(name);
  if (!key) return fail(key.error());
  std::unique_lock names(names_);
  const auto known = id_of(*key);
  if (!known) return fail(known.error());
  if (*known) return fail(ErrorCode::kAlreadyExists, "the account exists");
  Writes writes(database_);
  const auto id = add(writes, *key, name, hash);
  if (!id) return id;
  if (auto written = database_.write_durably(writes); !written) {
    return fail(std::move(written).error());
  }
  return id;
}

Result<void> Accounts::import(
    const std::vector<std::pair<std::string, std::string>>& names_and_hashes) {
  // The last line of a name counts; names keep the spelling of their first.
  std::map<std::string, std::pair<std::string_view, std::string_view>> wanted;
  for (const auto& [name, hash] : names_and_hashes) {
    auto key = account_key(name);
    if (!key) return fail(ErrorCode::kInvalid, name + ": " + key.error().detail);
    wanted.try_emplace(*std::move(key), name, hash).first->second.second = hash;
  }
  std::unique_lock names(names_);
  Writes writes(database_);
  std::vector<AccountId> changed;
  for (const auto& [key, name_and_hash] : wanted) {
    const auto& [name, hash] = name_and_hash;
    const auto known = id_of(key);
    if (!known) return fail(known.error());
    if (!*known) {
      if (auto added = add(writes, key, name, hash); !added) return fail(std::move(added).error());
      continue;
    }
    auto account = read(**known);
    if (!account) return fail(std::move(account).error());
    account->password_hash = hash;
    writes.put(Column::kMeta, meta_key(MetaKind::kAccount, account->id.value),
               encode_account(*account));
    changed.push_back(account->id);
  }
  if (auto written = database_.write_durably(writes); !written) return written;
  ChangeSink* const sink = sink_;
  for (const AccountId account : changed) {
    if (sink) sink->account_changed(account, ChangeSink::AccountEvent::kPasswordChanged);
  }
  return {};
}

Result<Account> Accounts::find(std::string_view name) {
  const auto key = account_key(name);
  if (!key) return fail(ErrorCode::kNotFound, "no such account");
  std::shared_lock names(names_);
  const auto id = id_of(*key);
  if (!id) return fail(id.error());
  if (!*id) return fail(ErrorCode::kNotFound, "no such account");
  return read(**id);
}

Result<std::vector<Account>> Accounts::all() {
  std::shared_lock names(names_);
  std::vector<Account> accounts;
  Scan scan(database_, Column::kMeta, meta_key(MetaKind::kName));
  for (; scan.valid(); scan.next()) {
    const auto id = decode_number(scan.value());
    if (!id) return fail(id.error());
    auto account = read(AccountId(*id));
    if (!account) return fail(std::move(account).error());
    accounts.push_back(*std::move(account));
  }
  if (auto status = scan.status(); !status) return fail(std::move(status).error());
  return accounts;
}

Result<void> Accounts::set_password_hash(AccountId account, std::string_view hash) {
  std::unique_lock names(names_);
  auto row = read(account);
  if (!row) return fail(std::move(row).error());
  row->password_hash = hash;
  Writes writes(database_);
  writes.put(Column::kMeta, meta_key(MetaKind::kAccount, account.value), encode_account(*row));
  if (auto written = database_.write_durably(writes); !written) return written;
  if (ChangeSink* sink = sink_) {
    sink->account_changed(account, ChangeSink::AccountEvent::kPasswordChanged);
  }
  return {};
}

Result<void> Accounts::remove(AccountId account) {
  std::unique_lock names(names_);
  std::unique_lock tree_lock(stripe(account));
  const auto row = read(account);
  if (!row) return fail(row.error());
  const auto key = account_key(row->name);
  if (!key) return fail(ErrorCode::kCorruption, "an account's name makes no sense");
  const auto tree = read_tree(account);
  if (!tree) return fail(tree.error());
  std::vector<mail::MailboxId> ids;
  for (const auto& [name, mailbox] : *tree) {
    if (mailbox.selectable) ids.push_back(mailbox.id);
  }
  const auto last = last_uid_validity(account);
  if (!last) return fail(last.error());
  const auto removed = last_uid_validity(kRemovedAccounts);
  if (!removed) return fail(removed.error());
  Writes writes(database_);
  writes.put(Column::kMeta, meta_key(MetaKind::kValidity, kRemovedAccounts.value),
             encode_number(std::max(*last, *removed).value));
  writes.erase(Column::kMeta, meta_key(MetaKind::kName, *key));
  for (const MetaKind kind : {MetaKind::kAccount, MetaKind::kValidity}) {
    writes.erase(Column::kMeta, meta_key(kind, account.value));
  }
  for (const MetaKind kind : {MetaKind::kMailbox, MetaKind::kSubscription}) {
    writes.erase_prefix(Column::kMeta, meta_key(kind, account.value));
  }
  const auto ending = mailboxes_.end(writes, ids);
  if (!ending) return fail(ending.error());
  // Only now: no message for the account comes after it.
  writes.erase_prefix(Column::kThread, key_of(account.value));
  if (auto written = database_.write_durably(writes); !written) return written;
  // First: who has one of its mailboxes selected is to be told why that is gone.
  if (ChangeSink* sink = sink_) sink->account_changed(account, ChangeSink::AccountEvent::kRemoved);
  mailboxes_.ended(*ending);
  return {};
}

}  // namespace roost::store
