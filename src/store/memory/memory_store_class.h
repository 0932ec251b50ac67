// The class behind open_memory_store, for its own files only: accounts.cc, account_trees.cc,
// mailboxes.cc and bodies.cc each hold one part of it, named as the parts of the store in rocks/.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/apply.h"
#include "store/mailbox_header.h"
#include "store/mailbox_tree.h"
#include "store/memory/memory_store.h"
#include "store/store.h"

namespace roost::store {

// Two mutexes: writing_ makes changes one at a time and is held until a change has been announced,
// so that announcements come in commit order; state_ guards the data and is never held while the
// sink is called, so that a reader never waits for a listener. Any thread.
class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const MemoryOptions& options)
      : mailboxes_per_account_(options.mailboxes_per_account), clock_(options.clock) {}

  void set_sink(ChangeSink* sink) override { sink_ = sink; }

  Result<mail::AccountId> create_account(std::string_view name, std::string_view hash) override;
  Result<void> import_accounts(
      const std::vector<std::pair<std::string, std::string>>& names_and_hashes) override;
  Result<Account> find_account(std::string_view name) override;
  Result<std::vector<Account>> accounts() override;
  Result<void> set_password_hash(mail::AccountId account, std::string_view hash) override;
  Result<void> remove_account(mail::AccountId account) override;

  Result<std::vector<Mailbox>> mailboxes(mail::AccountId account) override;
  Result<Mailbox> find_mailbox(mail::AccountId account, std::string_view name) override;
  Result<Mailbox> create_mailbox(mail::AccountId account, std::string_view name,
                                 mail::SpecialUse use) override;
  Result<void> create_missing_mailboxes(mail::AccountId account,
                                        const NamesAndUses& wanted) override;
  Result<void> delete_mailbox(mail::AccountId account, std::string_view name) override;
  Result<void> rename_mailbox(mail::AccountId account, std::string_view from,
                              std::string_view to) override;
  Result<void> set_subscribed(mail::AccountId account, std::string_view name,
                              Subscribed subscribed) override;
  Result<std::vector<std::string>> subscriptions(mail::AccountId account) override;

  Result<MailboxStatus> status(mail::MailboxId mailbox) override;
  Result<OpenedMailbox> open_mailbox(mail::MailboxId mailbox, Recent recent) override;
  Result<mail::ViewPtr> view(mail::MailboxId mailbox) override;
  Result<mail::Digest> digest(mail::MailboxId mailbox, mail::Uid uid) override;
  Result<void> digests(mail::MailboxId mailbox, const mail::UidSet& uids,
                       const DigestVisitor& visit) override;
  Result<void> copies(mail::MailboxId mailbox, const mail::UidSet& uids,
                      const CopyVisitor& visit) override;
  Result<std::string> read_blob(mail::BlobId blob, std::uint64_t offset,
                                std::uint64_t length) override;
  Result<BlobRef> pin_blob(mail::BlobId blob) override;
  Result<mail::UidSet> expunged_since(mail::MailboxId mailbox, mail::ModSeq since) override;

  std::unique_ptr<BlobWriter> new_blob() override;
  Result<Committed> commit(const Batch& batch) override;
  RecentRange claim_recent(mail::MailboxId mailbox) override;
  [[nodiscard]] Result<void> writable() const override { return {}; }
  Result<void> sweep() override;
  Result<CheckReport> check() override;

  BlobRef keep_blob(std::string octets);  // what its writers have written

 private:
  struct AccountRow {
    Account account;
    MailboxTree tree;
    std::set<std::string, std::less<>> subscriptions;
    mail::UidValidity last_uid_validity;
    std::map<std::uint64_t, mail::ThreadId> threads;  // by key
  };

  struct MailboxRow {
    MailboxHeader header;
    mail::ViewPtr view;
    std::map<mail::Uid, mail::Digest> digests;
    std::map<mail::ModSeq, mail::UidSet> log;  // what was expunged
  };

  struct Blob {
    std::shared_ptr<const std::string> octets;  // whoever holds a second reference pins it
    std::size_t links = 0;                      // messages that refer to it

    [[nodiscard]] bool in_use() const { return links != 0 || octets.use_count() > 1; }
  };

  // Requires writing_, and state_ not.
  void announce(mail::AccountId account) {
    if (ChangeSink* sink = sink_) sink->mailboxes_changed(account);
  }
  // All below require state_ to be held.
  Result<AccountRow*> account_row(mail::AccountId account);
  AccountRow& add_account(std::string key, std::string_view name, std::string_view hash);
  void carry_out(AccountRow& row, TreeChange& change);
  Result<MailboxRow*> mailbox_row(mail::MailboxId mailbox);
  void keep(MailboxRow& row, const Applied& applied, const Batch& batch);
  mail::ThreadId find_thread(mail::AccountId account, const NewMessage& message);
  void add_mailbox(const Mailbox& mailbox);
  void remove_mailbox(mail::MailboxId mailbox);

  const std::size_t mailboxes_per_account_;
  const WallClock& clock_;
  std::atomic<ChangeSink*> sink_ = nullptr;
  std::mutex writing_;
  std::mutex state_;
  std::uint64_t last_id_ = 0;               // of accounts, mailboxes and blobs alike
  mail::UidValidity removed_uid_validity_;  // the last that an account had which was removed
  std::map<std::string, mail::AccountId, std::less<>> account_ids_;
  std::map<mail::AccountId, AccountRow> accounts_;
  std::map<mail::MailboxId, MailboxRow> mailboxes_;
  std::map<mail::BlobId, Blob> blobs_;
};

}  // namespace roost::store
