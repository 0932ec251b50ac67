// The Store on RocksDB: joins its parts, holds no logic of its own but the order of sweeping.
#include "store/rocks/rocks_store.h"

#include <mutex>
#include <optional>

#include "base/log.h"
#include "store/move_messages.h"
#include "store/rocks/accounts.h"
#include "store/rocks/bodies.h"
#include "store/rocks/check.h"
#include "store/rocks/database.h"
#include "store/rocks/first_error.h"
#include "store/rocks/mailboxes.h"
#include "store/rocks/sweeper.h"

namespace roost::store {
namespace {

using mail::AccountId;
using mail::BlobId;
using mail::MailboxId;
using mail::Uid;

class RocksStore final : public Store {
 public:
  RocksStore(std::unique_ptr<Database> database, const RocksOptions& options)
      : database_(std::move(database)),
        bodies_(*database_),
        mailboxes_(*database_, bodies_, {options.cached_mailboxes, options.cached_messages},
                   *options.clock),
        accounts_(*database_, mailboxes_, options.mailboxes_per_account) {
    if (options.sweep_interval.count() > 0) {
      // What could not be swept now is swept the next time.
      sweeper_.emplace(options.sweep_interval, [this] {
        if (const auto swept = sweep(); !swept) log::warning("sweep: {}", swept.error().detail);
      });
    }
  }
  ~RocksStore() override {
    sweeper_.reset();
    if (mailboxes_.save_claims()) (void)database_->sync();
  }

  void set_sink(ChangeSink* sink) override {
    mailboxes_.set_sink(sink);
    accounts_.set_sink(sink);
  }

  Result<AccountId> create_account(std::string_view name, std::string_view hash) override {
    return accounts_.create(name, hash);
  }
  Result<void> import_accounts(
      const std::vector<std::pair<std::string, std::string>>& names_and_hashes) override {
    return accounts_.import(names_and_hashes);
  }
  Result<Account> find_account(std::string_view name) override { return accounts_.find(name); }
  Result<std::vector<Account>> accounts() override { return accounts_.all(); }
  Result<void> set_password_hash(AccountId account, std::string_view hash) override {
    return accounts_.set_password_hash(account, hash);
  }
  Result<void> remove_account(AccountId account) override { return accounts_.remove(account); }

  Result<std::vector<Mailbox>> mailboxes(AccountId account) override {
    return accounts_.mailboxes(account);
  }
  Result<Mailbox> find_mailbox(AccountId account, std::string_view name) override {
    return accounts_.find_mailbox(account, name);
  }
  Result<Mailbox> create_mailbox(AccountId account, std::string_view name,
                                 mail::SpecialUse use) override {
    return accounts_.create_mailbox(account, name, use);
  }
  Result<void> create_missing_mailboxes(AccountId account, const NamesAndUses& wanted) override {
    return accounts_.create_missing_mailboxes(account, wanted);
  }
  Result<void> delete_mailbox(AccountId account, std::string_view name) override {
    return accounts_.delete_mailbox(account, name);
  }
  Result<void> rename_mailbox(AccountId account, std::string_view from,
                              std::string_view to) override {
    if (from == kInbox) return rename_inbox(*this, account, to);
    return accounts_.rename_mailbox(account, from, to);
  }
  Result<void> set_subscribed(AccountId account, std::string_view name,
                              Subscribed subscribed) override {
    return accounts_.set_subscribed(account, name, subscribed);
  }
  Result<std::vector<std::string>> subscriptions(AccountId account) override {
    return accounts_.subscriptions(account);
  }

  Result<MailboxStatus> status(MailboxId mailbox) override { return mailboxes_.status(mailbox); }
  Result<OpenedMailbox> open_mailbox(MailboxId mailbox, Recent recent) override {
    return mailboxes_.open(mailbox, recent);
  }
  Result<mail::ViewPtr> view(MailboxId mailbox) override { return mailboxes_.view(mailbox); }
  Result<mail::Digest> digest(MailboxId mailbox, Uid uid) override {
    return mailboxes_.digest(mailbox, uid);
  }
  Result<void> digests(MailboxId mailbox, const mail::UidSet& uids,
                       const DigestVisitor& visit) override {
    return mailboxes_.digests(mailbox, uids, visit);
  }
  Result<void> copies(MailboxId mailbox, const mail::UidSet& uids,
                      const CopyVisitor& visit) override {
    return mailboxes_.copies(mailbox, uids, visit);
  }
  Result<std::string> read_blob(BlobId blob, std::uint64_t offset, std::uint64_t length) override {
    return bodies_.read(blob, offset, length);
  }
  Result<BlobRef> pin_blob(BlobId blob) override { return bodies_.pin(blob); }
  Result<BlobRef> pin_blob_of(MailboxId mailbox, Uid uid, BlobId blob) override {
    return bodies_.pin(blob, link_key(blob, mailbox, uid));
  }
  Result<mail::UidSet> expunged_since(MailboxId mailbox, mail::ModSeq since) override {
    return mailboxes_.expunged_since(mailbox, since);
  }

  std::unique_ptr<BlobWriter> new_blob() override { return bodies_.new_blob(); }
  Result<Committed> commit(const Batch& batch) override { return mailboxes_.commit(batch); }
  RecentRange claim_recent(MailboxId mailbox) override { return mailboxes_.claim_recent(mailbox); }

  Result<void> writable() const override {
    if (auto failure = database_->failure()) return fail(*std::move(failure));
    return {};
  }
  // Mailboxes first: they leave candidates behind. None waits for an error of another to go.
  Result<void> sweep() override {
    std::lock_guard sweeping(sweeping_);
    Result<void> all_swept = mailboxes_.save_claims();
    keep_first(all_swept, mailboxes_.sweep());
    keep_first(all_swept, bodies_.sweep());
    return all_swept;
  }
  Result<CheckReport> check() override { return check_database(*database_); }

 private:
  const std::unique_ptr<Database> database_;
  Bodies bodies_;
  Mailboxes mailboxes_;
  Accounts accounts_;
  std::mutex sweeping_;
  std::optional<Sweeper> sweeper_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_rocks_store(const RocksOptions& options) {
  auto database = Database::open(options);
  if (!database) return fail(std::move(database).error());
  return std::make_unique<RocksStore>(*std::move(database), options);
}

}  // namespace roost::store
