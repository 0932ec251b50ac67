// The mailbox trees and subscriptions of Accounts.
#include <mutex>

#include "store/rocks/accounts.h"
#include "store/rocks/rows.h"

namespace roost::store {

using mail::AccountId;
using mail::UidValidity;

namespace {

// What precedes the name in the key of a mailbox or subscription row.
constexpr std::size_t kNameOffset = 1 + sizeof(std::uint64_t);

}  // namespace

Result<MailboxTree> Accounts::read_tree(AccountId account) {
  if (auto known = read(account); !known) return fail(std::move(known).error());
  MailboxTree tree;
  Scan scan(database_, Column::kMeta, meta_key(MetaKind::kMailbox, account.value));
  for (; scan.valid(); scan.next()) {
    auto mailbox = decode_mailbox(scan.key().substr(kNameOffset), scan.value());
    if (!mailbox) return fail(std::move(mailbox).error());
    std::string name = mailbox->name;
    tree.emplace_hint(tree.end(), std::move(name), *std::move(mailbox));
  }
  if (auto status = scan.status(); !status) return fail(std::move(status).error());
  return tree;
}

Result<UidValidity> Accounts::last_uid_validity(AccountId account) {
  // A new account has no row yet. It goes on from those that were removed: one had its name, maybe.
  for (const AccountId id : {account, kRemovedAccounts}) {
    const auto row = database_.get(Column::kMeta, meta_key(MetaKind::kValidity, id.value));
    if (!row) return fail(row.error());
    if (!*row) continue;
    const auto last = decode_number(**row);
    if (!last) return fail(last.error());
    return UidValidity(static_cast<std::uint32_t>(*last));
  }
  return UidValidity();
}

Result<void> Accounts::put_mailboxes(Writes& writes, AccountId account,
                                     std::vector<Mailbox>& mailboxes) {
  const auto last = last_uid_validity(account);
  if (!last) return fail(last.error());
  UidValidity validity = *last;
  for (Mailbox& mailbox : mailboxes) {
    if (is_new(mailbox)) {
      const auto id = mailbox_ids_.next();
      if (!id) return fail(id.error());
      mailbox.id = mail::MailboxId(*id);
      mailbox.uid_validity = validity = next_uid_validity(validity);
      Mailboxes::begin(writes, mailbox);
    }
    writes.put(Column::kMeta, meta_key(MetaKind::kMailbox, account.value, mailbox.name),
               encode_mailbox(mailbox));
  }
  writes.put(Column::kMeta, meta_key(MetaKind::kValidity, account.value),
             encode_number(validity.value));
  return {};
}

Result<void> Accounts::carry_out(AccountId account, TreeChange& change) {
  Writes writes(database_);
  for (const std::string& name : change.erased) {
    writes.erase(Column::kMeta, meta_key(MetaKind::kMailbox, account.value, name));
  }
  if (auto put = put_mailboxes(writes, account, change.put); !put) return put;
  const auto ending = mailboxes_.end(writes, change.ended);
  if (!ending) return fail(ending.error());
  if (auto written = database_.write_durably(writes); !written) return written;
  mailboxes_.ended(*ending);
  announce(account);
  return {};
}

Result<void> Accounts::write_and_announce(Writes& writes, AccountId account) {
  if (auto written = database_.write_durably(writes); !written) return written;
  announce(account);
  return {};
}

void Accounts::announce(AccountId account) {
  if (ChangeSink* sink = sink_) sink->mailboxes_changed(account);
}

Result<std::vector<Mailbox>> Accounts::mailboxes(AccountId account) {
  std::shared_lock lock(stripe(account));
  auto tree = read_tree(account);
  if (!tree) return fail(std::move(tree).error());
  std::vector<Mailbox> all;
  all.reserve(tree->size());
  for (auto& [name, mailbox] : *tree) all.push_back(std::move(mailbox));
  return all;
}

Result<Mailbox> Accounts::find_mailbox(AccountId account, std::string_view name) {
  std::shared_lock lock(stripe(account));
  const auto row = database_.get(Column::kMeta, meta_key(MetaKind::kMailbox, account.value, name));
  if (!row) return fail(row.error());
  if (!*row) return fail(ErrorCode::kNotFound, "no such mailbox");
  return decode_mailbox(name, **row);
}

Result<Mailbox> Accounts::create_mailbox(AccountId account, std::string_view name,
                                         mail::SpecialUse use) {
  std::unique_lock lock(stripe(account));
  const auto tree = read_tree(account);
  if (!tree) return fail(tree.error());
  auto change = plan_create(*tree, name, use, mailboxes_per_account_);
  if (!change) return fail(std::move(change).error());
  if (auto done = carry_out(account, *change); !done) return fail(std::move(done).error());
  return std::move(change->put.back());
}

Result<void> Accounts::create_missing_mailboxes(AccountId account,
                                                const Store::NamesAndUses& wanted) {
  std::unique_lock lock(stripe(account));
  auto tree = read_tree(account);
  if (!tree) return fail(std::move(tree).error());
  auto change = plan_create_missing(*std::move(tree), wanted, mailboxes_per_account_);
  if (!change) return fail(std::move(change).error());
  Writes writes(database_);
  if (auto put = put_mailboxes(writes, account, change->put); !put) return put;
  const auto subscribe = [&](std::string_view name) {
    writes.put(Column::kMeta, meta_key(MetaKind::kSubscription, account.value, name),
               encode_number(0));
  };
  subscribe(kInbox);
  for (const auto& [name, use] : wanted) subscribe(name);
  return write_and_announce(writes, account);
}

Result<void> Accounts::delete_mailbox(AccountId account, std::string_view name) {
  std::unique_lock lock(stripe(account));
  const auto tree = read_tree(account);
  if (!tree) return fail(tree.error());
  auto change = plan_delete(*tree, name);
  if (!change) return fail(std::move(change).error());
  return carry_out(account, *change);
}

Result<void> Accounts::rename_mailbox(AccountId account, std::string_view from,
                                      std::string_view to) {
  std::unique_lock lock(stripe(account));
  const auto tree = read_tree(account);
  if (!tree) return fail(tree.error());
  auto change = plan_rename(*tree, from, to, mailboxes_per_account_);
  if (!change) return fail(std::move(change).error());
  return carry_out(account, *change);
}

Result<void> Accounts::set_subscribed(AccountId account, std::string_view name,
                                      Store::Subscribed subscribed) {
  std::unique_lock lock(stripe(account));
  if (auto known = read(account); !known) return fail(std::move(known).error());
  const std::string key = meta_key(MetaKind::kSubscription, account.value, name);
  const auto row = database_.get(Column::kMeta, key);
  if (!row) return fail(row.error());
  if (row->has_value() == (subscribed == Store::Subscribed::kYes)) return {};
  Writes writes(database_);
  if (subscribed == Store::Subscribed::kYes) {
    const auto names = read_subscriptions(account);
    if (!names) return fail(names.error());
    if (names->size() >= max_subscriptions(mailboxes_per_account_)) {
      return fail(ErrorCode::kLimit, "too many subscriptions");
    }
    writes.put(Column::kMeta, key, encode_number(0));
  } else {
    writes.erase(Column::kMeta, key);
  }
  return write_and_announce(writes, account);
}

Result<std::vector<std::string>> Accounts::subscriptions(AccountId account) {
  std::shared_lock lock(stripe(account));
  if (auto known = read(account); !known) return fail(std::move(known).error());
  return read_subscriptions(account);
}

Result<std::vector<std::string>> Accounts::read_subscriptions(AccountId account) {
  std::vector<std::string> names;
  Scan scan(database_, Column::kMeta, meta_key(MetaKind::kSubscription, account.value));
  for (; scan.valid(); scan.next()) names.emplace_back(scan.key().substr(kNameOffset));
  if (auto status = scan.status(); !status) return fail(std::move(status).error());
  return names;
}

}  // namespace roost::store
