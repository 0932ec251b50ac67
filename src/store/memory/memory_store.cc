// See memory_store.h. Two mutexes: writing_ makes changes one at a time and is held until a change
// has been announced, so that announcements come in commit order; state_ guards the data and is
// never held while the sink is called, so that a reader never waits for a listener.
#include "store/memory/memory_store.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "base/local_zone.h"
#include "store/account_name.h"
#include "store/apply.h"
#include "store/mailbox_tree.h"
#include "store/move_messages.h"
#include "store/thread_of.h"

namespace roost::store {
namespace {

using mail::AccountId;
using mail::BlobId;
using mail::Digest;
using mail::MailboxId;
using mail::ModSeq;
using mail::Uid;
using mail::UidSet;
using mail::UidValidity;

struct AccountRow {
  Account account;
  MailboxTree tree;
  std::set<std::string, std::less<>> subscriptions;
  UidValidity last_uid_validity;
  std::map<std::uint64_t, mail::ThreadId> threads;  // by key
};

struct MailboxRow {
  MailboxHeader header;
  mail::ViewPtr view;
  std::map<Uid, Digest> digests;
  std::map<ModSeq, UidSet> log;  // what was expunged
};

struct Blob {
  std::shared_ptr<const std::string> octets;  // whoever holds a second reference pins it
  std::size_t links = 0;                      // messages that refer to it

  [[nodiscard]] bool in_use() const { return links != 0 || octets.use_count() > 1; }
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const MemoryOptions& options)
      : mailboxes_per_account_(options.mailboxes_per_account), clock_(options.clock) {}

  void set_sink(ChangeSink* sink) override { sink_ = sink; }

  Result<AccountId> create_account(std::string_view name, std::string_view hash) override;
  Result<void> import_accounts(
      const std::vector<std::pair<std::string, std::string>>& names_and_hashes) override;
  Result<Account> find_account(std::string_view name) override;
  Result<std::vector<Account>> accounts() override;
  Result<void> set_password_hash(AccountId account, std::string_view hash) override;
  Result<void> remove_account(AccountId account) override;

  Result<std::vector<Mailbox>> mailboxes(AccountId account) override;
  Result<Mailbox> find_mailbox(AccountId account, std::string_view name) override;
  Result<Mailbox> create_mailbox(AccountId account, std::string_view name,
                                 mail::SpecialUse use) override;
  Result<void> create_missing_mailboxes(AccountId account, const NamesAndUses& wanted) override;
  Result<void> delete_mailbox(AccountId account, std::string_view name) override;
  Result<void> rename_mailbox(AccountId account, std::string_view from,
                              std::string_view to) override;
  Result<void> set_subscribed(AccountId account, std::string_view name,
                              Subscribed subscribed) override;
  Result<std::vector<std::string>> subscriptions(AccountId account) override;

  Result<MailboxStatus> status(MailboxId mailbox) override;
  Result<OpenedMailbox> open_mailbox(MailboxId mailbox, Recent recent) override;
  Result<mail::ViewPtr> view(MailboxId mailbox) override;
  Result<Digest> digest(MailboxId mailbox, Uid uid) override;
  Result<void> digests(MailboxId mailbox, const UidSet& uids, const DigestVisitor& visit) override;
  Result<void> copies(MailboxId mailbox, const UidSet& uids, const CopyVisitor& visit) override;
  Result<std::string> read_blob(BlobId blob, std::uint64_t offset, std::uint64_t length) override;
  Result<BlobRef> pin_blob(BlobId blob) override;
  Result<UidSet> expunged_since(MailboxId mailbox, ModSeq since) override;

  std::unique_ptr<BlobWriter> new_blob() override;
  Result<Committed> commit(const Batch& batch) override;
  RecentRange claim_recent(MailboxId mailbox) override;
  [[nodiscard]] Result<void> writable() const override { return {}; }
  Result<void> sweep() override;
  Result<CheckReport> check() override;

  BlobRef keep_blob(std::string octets);

 private:
  // Requires writing_, and state_ not.
  void announce(AccountId account) {
    if (ChangeSink* sink = sink_) sink->mailboxes_changed(account);
  }
  // All below require state_ to be held.
  Result<AccountRow*> account_row(AccountId account);
  Result<MailboxRow*> mailbox_row(MailboxId mailbox);
  AccountRow& add_account(std::string key, std::string_view name, std::string_view hash);
  void carry_out(AccountRow& row, TreeChange& change);
  void keep(MailboxRow& row, const Applied& applied, const Batch& batch);
  mail::ThreadId find_thread(mail::AccountId account, const NewMessage& message);
  void remove_mailbox(MailboxId mailbox);

  const std::size_t mailboxes_per_account_;
  const WallClock& clock_;
  std::atomic<ChangeSink*> sink_ = nullptr;
  std::mutex writing_;
  std::mutex state_;
  std::uint64_t last_id_ = 0;         // of accounts, mailboxes and blobs alike
  UidValidity removed_uid_validity_;  // the last that an account had which was removed
  std::map<std::string, AccountId, std::less<>> account_ids_;
  std::map<AccountId, AccountRow> accounts_;
  std::map<MailboxId, MailboxRow> mailboxes_;
  std::map<BlobId, Blob> blobs_;
};

class MemoryBlobWriter final : public BlobWriter {
 public:
  explicit MemoryBlobWriter(MemoryStore& store) : store_(store) {}

  Result<void> append(std::string_view octets) override {
    octets_ += octets;
    return {};
  }
  Result<BlobRef> finish() override { return store_.keep_blob(std::move(octets_)); }

 private:
  MemoryStore& store_;
  std::string octets_;
};

// --- accounts ---

Result<AccountRow*> MemoryStore::account_row(AccountId account) {
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return fail(ErrorCode::kNotFound, "no such account");
  return &found->second;
}

AccountRow& MemoryStore::add_account(std::string key, std::string_view name,
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

// --- the mailbox tree ---

void MemoryStore::carry_out(AccountRow& row, TreeChange& change) {
  for (const std::string& name : change.erased) row.tree.erase(name);
  for (const MailboxId mailbox : change.ended) remove_mailbox(mailbox);
  for (Mailbox& mailbox : change.put) {
    if (is_new(mailbox)) {
      mailbox.id = MailboxId(++last_id_);
      mailbox.uid_validity = row.last_uid_validity = next_uid_validity(row.last_uid_validity);
      MailboxRow& made = mailboxes_[mailbox.id];
      made.header = new_mailbox_header(mailbox.uid_validity);
      made.view = mail::MailboxView::build(view_header(made.header), {});
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

// --- reading ---

Result<MailboxRow*> MemoryStore::mailbox_row(MailboxId mailbox) {
  const auto found = mailboxes_.find(mailbox);
  if (found == mailboxes_.end()) return fail(ErrorCode::kNotFound, "no such mailbox");
  return &found->second;
}

Result<MailboxStatus> MemoryStore::status(MailboxId mailbox) {
  std::lock_guard state(state_);
  const auto row = mailbox_row(mailbox);
  if (!row) return fail(row.error());
  return (*row)->header.status;
}

Result<OpenedMailbox> MemoryStore::open_mailbox(MailboxId mailbox, Recent recent) {
  std::lock_guard state(state_);
  const auto row = mailbox_row(mailbox);
  if (!row) return fail(row.error());
  MailboxHeader& header = (*row)->header;
  OpenedMailbox opened{header.status, header.keywords, (*row)->view, recent_of(header)};
  if (recent == Recent::kClaim) (void)take_recent(header);
  return opened;
}

Result<mail::ViewPtr> MemoryStore::view(MailboxId mailbox) {
  std::lock_guard state(state_);
  const auto row = mailbox_row(mailbox);
  if (!row) return fail(row.error());
  return (*row)->view;
}

Result<Digest> MemoryStore::digest(MailboxId mailbox, Uid uid) {
  std::lock_guard state(state_);
  const auto row = mailbox_row(mailbox);
  if (!row) return fail(row.error());
  const auto found = (*row)->digests.find(uid);
  if (found == (*row)->digests.end()) return fail(ErrorCode::kNotFound, "no such message");
  return found->second;
}

Result<void> MemoryStore::digests(MailboxId mailbox, const UidSet& uids,
                                  const DigestVisitor& visit) {
  std::vector<std::pair<Uid, Digest>> found;  // visit may call the store
  {
    std::lock_guard state(state_);
    const auto row = mailbox_row(mailbox);
    if (!row) return fail(row.error());
    for (const mail::UidRange& range : uids.ranges()) {
      const auto& all = (*row)->digests;
      found.insert(found.end(), all.lower_bound(range.first), all.upper_bound(range.last));
    }
  }
  for (const auto& [uid, digest] : found) {
    if (!visit(uid, digest)) break;
  }
  return {};
}

Result<void> MemoryStore::copies(MailboxId mailbox, const UidSet& uids, const CopyVisitor& visit) {
  std::vector<std::pair<Uid, MessageCopy>> found;
  {
    std::lock_guard state(state_);
    const auto row = mailbox_row(mailbox);
    if (!row) return fail(row.error());
    for (const mail::UidRange& range : uids.ranges()) {
      const auto past = (*row)->digests.upper_bound(range.last);
      for (auto it = (*row)->digests.lower_bound(range.first); it != past; ++it) {
        auto digest = mail::read_digest_row(mail::encode_digest(it->second));
        if (!digest) return fail(std::move(digest).error());
        const BlobRef blob(digest->blob, blobs_.at(digest->blob).octets);
        found.push_back({it->first, {blob, *std::move(digest), {}}});
      }
    }
  }
  for (auto& [uid, copy] : found) {
    if (!visit(uid, std::move(copy))) break;
  }
  return {};
}

Result<std::string> MemoryStore::read_blob(BlobId blob, std::uint64_t offset,
                                           std::uint64_t length) {
  std::lock_guard state(state_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end()) return fail(ErrorCode::kNotFound, "no such blob");
  const std::string& octets = *found->second.octets;
  return offset < octets.size() ? octets.substr(offset, length) : std::string();
}

Result<BlobRef> MemoryStore::pin_blob(BlobId blob) {
  std::lock_guard state(state_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end() || !found->second.in_use()) {
    return fail(ErrorCode::kNotFound, "no message has this blob");
  }
  return BlobRef(blob, found->second.octets);
}

Result<UidSet> MemoryStore::expunged_since(MailboxId mailbox, ModSeq since) {
  std::lock_guard state(state_);
  const auto row = mailbox_row(mailbox);
  if (!row) return fail(row.error());
  if (since < (*row)->header.log_floor) {
    return fail(ErrorCode::kNotFound, "the log does not reach back so far");
  }
  std::vector<mail::UidRange> ranges;
  const auto& log = (*row)->log;
  for (auto entry = log.upper_bound(since); entry != log.end(); ++entry) {
    ranges.insert(ranges.end(), entry->second.ranges().begin(), entry->second.ranges().end());
  }
  return UidSet::from_ranges(std::move(ranges));
}

// --- writing ---

std::unique_ptr<BlobWriter> MemoryStore::new_blob() {
  return std::make_unique<MemoryBlobWriter>(*this);
}

BlobRef MemoryStore::keep_blob(std::string octets) {
  std::lock_guard state(state_);
  const BlobId id(++last_id_);
  const Blob& kept = blobs_[id] = {std::make_shared<const std::string>(std::move(octets))};
  return BlobRef(id, kept.octets);
}

Result<Committed> MemoryStore::commit(const Batch& batch) {
  std::lock_guard writing(writing_);
  Change change{.mailbox = batch.mailbox,
                .modseq = {},
                .before = nullptr,
                .after = nullptr,
                .account = batch.account};
  Committed committed;
  {
    std::lock_guard state(state_);
    const auto row = mailbox_row(batch.mailbox);
    if (!row) return fail(row.error());
    const auto lacks = [this](const auto& message) { return !blobs_.contains(message.blob.id()); };
    if (std::ranges::any_of(batch.messages, lacks) || std::ranges::any_of(batch.copies, lacks)) {
      return fail(ErrorCode::kNotFound, "no such blob");
    }
    const auto applied = apply((*row)->header, (*row)->view.get(), batch);
    if (!applied) return fail(applied.error());
    if (!applied->changed()) return committed_of(*applied);
    change.before = (*row)->view;
    keep(**row, *applied, batch);
    change.after = (*row)->view;
    change.modseq = change.after->modseq();
    committed = committed_of(*applied);
  }
  if (ChangeSink* sink = sink_) sink->committed(change);
  return committed;
}

void MemoryStore::keep(MailboxRow& row, const Applied& applied, const Batch& batch) {
  row.header = applied.header;
  row.view =
      row.view->next(view_header(row.header), applied.updates, applied.expunged, applied.arrivals);
  const std::int64_t now = clock_.unix_seconds();
  auto entry = applied.arrivals.begin();
  const auto add = [&](Digest digest, mail::ThreadId thread) {
    digest.saved = {.date = {now, local_zone_minutes(now)}, .thread = thread};
    ++blobs_.at(digest.blob).links;
    row.digests.emplace((entry++)->uid, std::move(digest));
  };
  for (const NewMessage& message : batch.messages) {
    add(message.digest, find_thread(batch.account, message));
  }
  for (const MessageCopy& copy : batch.copies) {
    add(*mail::decode_digest(copy.digest.octets), copy.digest.thread);
  }
  if (applied.expunged.empty()) return;
  for (const mail::UidRange& range : applied.expunged.ranges()) {
    const auto first = row.digests.lower_bound(range.first);
    const auto past = row.digests.upper_bound(range.last);
    for (auto gone = first; gone != past; ++gone) {
      row.header.status.size -= gone->second.size;
      --blobs_.at(gone->second.blob).links;
    }
    row.digests.erase(first, past);
  }
  row.log.emplace(row.header.status.highest_modseq, applied.expunged);
  if (++row.header.log_rows > kMaxLogRows) {
    row.header.log_floor = row.log.begin()->first;
    row.log.erase(row.log.begin());
    --row.header.log_rows;
  }
}

mail::ThreadId MemoryStore::find_thread(AccountId account, const NewMessage& message) {
  const auto row = accounts_.find(account);
  if (row == accounts_.end()) return thread_alone(message);
  auto& threads = row->second.threads;
  const auto find = [&](std::uint64_t key) -> Result<std::optional<mail::ThreadId>> {
    const auto known = threads.find(key);
    return known == threads.end() ? std::nullopt : std::optional(known->second);
  };
  const auto remember = [&](std::uint64_t key, mail::ThreadId thread) {
    threads.emplace(key, thread);
  };
  return *thread_of(message, find, remember);
}

RecentRange MemoryStore::claim_recent(MailboxId mailbox) {
  std::lock_guard state(state_);
  const auto row = mailbox_row(mailbox);
  return row ? take_recent((*row)->header) : RecentRange{};
}

void MemoryStore::remove_mailbox(MailboxId mailbox) {
  const auto found = mailboxes_.find(mailbox);
  for (const auto& [uid, digest] : found->second.digests) --blobs_.at(digest.blob).links;
  mailboxes_.erase(found);
}

Result<void> MemoryStore::sweep() {
  std::lock_guard state(state_);
  std::erase_if(blobs_, [](const auto& blob) { return !blob.second.in_use(); });
  return {};
}

Result<CheckReport> MemoryStore::check() {
  std::lock_guard state(state_);
  CheckReport report{.accounts = accounts_.size(), .mailboxes = mailboxes_.size(), .problems = {}};
  std::map<BlobId, std::size_t> links;
  for (const auto& [id, row] : mailboxes_) {
    report.messages += row.digests.size();
    for (const auto& [uid, digest] : row.digests) ++links[digest.blob];
  }
  for (const auto& [blob, count] : links) {
    if (const auto found = blobs_.find(blob); found == blobs_.end()) {
      report.problems.push_back("blob " + std::to_string(blob.value) + " is missing");
    } else if (found->second.links != count) {
      report.problems.push_back("the links of blob " + std::to_string(blob.value) +
                                " are miscounted");
    }
  }
  report.blobs = blobs_.size();
  return report;
}

}  // namespace

std::unique_ptr<Store> open_memory_store(const MemoryOptions& options) {
  return std::make_unique<MemoryStore>(options);
}

}  // namespace roost::store
