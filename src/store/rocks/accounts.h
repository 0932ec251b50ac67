// Accounts, their mailbox trees and subscriptions: small rows, written durably one change at a
// time.
//
// Locks: an account's rows are under its stripe, names and passwords under names_; both are held
// shared by readers and exclusively by a change until it is durable, so nobody sees what a crash
// could take back; but for the one change at which the disk failed, which may show until the
// restart that decides. names_ is taken first.
#pragma once

#include <array>
#include <atomic>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/mailbox_tree.h"
#include "store/rocks/database.h"
#include "store/rocks/id_allocator.h"
#include "store/rocks/mailboxes.h"
#include "store/store.h"

namespace roost::store {

// Owner: the store. Any thread.
class Accounts {
 public:
  Accounts(Database& database, Mailboxes& mailboxes, std::size_t mailboxes_per_account)
      : database_(database),
        mailboxes_(mailboxes),
        mailboxes_per_account_(mailboxes_per_account),
        account_ids_(database, IdKind::kAccount),
        mailbox_ids_(database, IdKind::kMailbox) {}

  void set_sink(ChangeSink* sink) { sink_ = sink; }

  // As the calls of Store.
  [[nodiscard]] Result<mail::AccountId> create(std::string_view name, std::string_view hash);
  [[nodiscard]] Result<void> import(
      const std::vector<std::pair<std::string, std::string>>& names_and_hashes);
  [[nodiscard]] Result<Account> find(std::string_view name);
  [[nodiscard]] Result<std::vector<Account>> all();
  [[nodiscard]] Result<void> set_password_hash(mail::AccountId account, std::string_view hash);
  [[nodiscard]] Result<void> remove(mail::AccountId account);

  [[nodiscard]] Result<std::vector<Mailbox>> mailboxes(mail::AccountId account);
  [[nodiscard]] Result<Mailbox> find_mailbox(mail::AccountId account, std::string_view name);
  [[nodiscard]] Result<Mailbox> create_mailbox(mail::AccountId account, std::string_view name,
                                               mail::SpecialUse use);
  [[nodiscard]] Result<void> create_missing_mailboxes(mail::AccountId account,
                                                      const Store::NamesAndUses& wanted);
  [[nodiscard]] Result<void> delete_mailbox(mail::AccountId account, std::string_view name);
  // Of any mailbox but INBOX.
  [[nodiscard]] Result<void> rename_mailbox(mail::AccountId account, std::string_view from,
                                            std::string_view to);

  [[nodiscard]] Result<void> set_subscribed(mail::AccountId account, std::string_view name,
                                            Store::Subscribed subscribed);
  [[nodiscard]] Result<std::vector<std::string>> subscriptions(mail::AccountId account);

 private:
  [[nodiscard]] std::shared_mutex& stripe(mail::AccountId account) {
    return stripes_[account.value % stripes_.size()];
  }
  // All below require the lock that guards what they read or write.
  [[nodiscard]] Result<std::optional<mail::AccountId>> id_of(std::string_view key);
  [[nodiscard]] Result<Account> read(mail::AccountId account);  // kNotFound
  [[nodiscard]] Result<MailboxTree> read_tree(mail::AccountId account);
  [[nodiscard]] Result<std::vector<std::string>> read_subscriptions(mail::AccountId account);
  [[nodiscard]] Result<mail::AccountId> add(Writes& writes, std::string_view key,
                                            std::string_view name, std::string_view hash);
  // Gives ids to the new mailboxes of the change and writes it, durably.
  [[nodiscard]] Result<void> carry_out(mail::AccountId account, TreeChange& change);
  [[nodiscard]] Result<void> write_and_announce(Writes& writes, mail::AccountId account);
  void announce(mail::AccountId account);
  [[nodiscard]] Result<mail::UidValidity> last_uid_validity(mail::AccountId account);
  [[nodiscard]] Result<void> put_mailboxes(Writes& writes, mail::AccountId account,
                                           std::vector<Mailbox>& mailboxes);

  Database& database_;
  Mailboxes& mailboxes_;
  const std::size_t mailboxes_per_account_;
  std::atomic<ChangeSink*> sink_ = nullptr;
  IdAllocator account_ids_, mailbox_ids_;
  std::shared_mutex names_;
  std::array<std::shared_mutex, 64> stripes_;
};

}  // namespace roost::store
