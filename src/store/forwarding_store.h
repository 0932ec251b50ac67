// ForwardingStore: passes every call on to another store. A test overrides the calls that shall
// fail or be counted.
#pragma once

#include "store/store.h"

namespace roost::store {

class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store& to) : to_(to) {}

  void set_sink(ChangeSink* sink) override { to_.set_sink(sink); }
  Result<mail::AccountId> create_account(std::string_view name, std::string_view hash) override {
    return to_.create_account(name, hash);
  }
  Result<void> import_accounts(
      const std::vector<std::pair<std::string, std::string>>& names_and_hashes) override {
    return to_.import_accounts(names_and_hashes);
  }
  Result<Account> find_account(std::string_view name) override { return to_.find_account(name); }
  Result<std::vector<Account>> accounts() override { return to_.accounts(); }
  Result<void> set_password_hash(mail::AccountId account, std::string_view hash) override {
    return to_.set_password_hash(account, hash);
  }
  Result<void> remove_account(mail::AccountId account) override {
    return to_.remove_account(account);
  }
  Result<std::vector<Mailbox>> mailboxes(mail::AccountId account) override {
    return to_.mailboxes(account);
  }
  Result<Mailbox> find_mailbox(mail::AccountId account, std::string_view name) override {
    return to_.find_mailbox(account, name);
  }
  Result<Mailbox> create_mailbox(mail::AccountId account, std::string_view name,
                                 mail::SpecialUse use) override {
    return to_.create_mailbox(account, name, use);
  }
  Result<void> create_missing_mailboxes(mail::AccountId account,
                                        const NamesAndUses& wanted) override {
    return to_.create_missing_mailboxes(account, wanted);
  }
  Result<void> delete_mailbox(mail::AccountId account, std::string_view name) override {
    return to_.delete_mailbox(account, name);
  }
  Result<void> rename_mailbox(mail::AccountId account, std::string_view from,
                              std::string_view to) override {
    return to_.rename_mailbox(account, from, to);
  }
  Result<void> set_subscribed(mail::AccountId account, std::string_view name,
                              Subscribed subscribed) override {
    return to_.set_subscribed(account, name, subscribed);
  }
  Result<std::vector<std::string>> subscriptions(mail::AccountId account) override {
    return to_.subscriptions(account);
  }
  Result<MailboxStatus> status(mail::MailboxId mailbox) override { return to_.status(mailbox); }
  Result<mail::ViewPtr> view(mail::MailboxId mailbox) override { return to_.view(mailbox); }
  Result<mail::Digest> digest(mail::MailboxId mailbox, mail::Uid uid) override {
    return to_.digest(mailbox, uid);
  }
  Result<void> digests(mail::MailboxId mailbox, const mail::UidSet& uids,
                       const DigestVisitor& visit) override {
    return to_.digests(mailbox, uids, visit);
  }
  Result<void> copies(mail::MailboxId mailbox, const mail::UidSet& uids,
                      const CopyVisitor& visit) override {
    return to_.copies(mailbox, uids, visit);
  }
  Result<std::string> read_blob(mail::BlobId blob, std::uint64_t offset,
                                std::uint64_t length) override {
    return to_.read_blob(blob, offset, length);
  }
  Result<BlobRef> pin_blob(mail::BlobId blob) override { return to_.pin_blob(blob); }
  Result<BlobRef> pin_blob_of(mail::MailboxId mailbox, mail::Uid uid, mail::BlobId blob) override {
    return to_.pin_blob_of(mailbox, uid, blob);
  }
  Result<mail::UidSet> expunged_since(mail::MailboxId mailbox, mail::ModSeq since) override {
    return to_.expunged_since(mailbox, since);
  }
  std::unique_ptr<BlobWriter> new_blob() override { return to_.new_blob(); }
  Result<Committed> commit(const Batch& batch) override { return to_.commit(batch); }
  Result<OpenedMailbox> open_mailbox(mail::MailboxId mailbox, Recent recent) override {
    return to_.open_mailbox(mailbox, recent);
  }
  RecentRange claim_recent(mail::MailboxId mailbox) override { return to_.claim_recent(mailbox); }
  [[nodiscard]] Result<void> writable() const override { return to_.writable(); }
  Result<void> sweep() override { return to_.sweep(); }
  Result<CheckReport> check() override { return to_.check(); }

 private:
  Store& to_;
};

}  // namespace roost::store
