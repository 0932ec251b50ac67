// The messages of MemoryStore's mailboxes: reading them, the commit, and the coming and going of
// mailboxes.
#include <algorithm>
#include <optional>

#include "base/local_zone.h"
#include "store/memory/memory_store_class.h"
#include "store/thread_of.h"

namespace roost::store {

using mail::AccountId;
using mail::Digest;
using mail::MailboxId;
using mail::ModSeq;
using mail::Uid;
using mail::UidSet;

// --- reading ---

Result<MemoryStore::MailboxRow*> MemoryStore::mailbox_row(MailboxId mailbox) {
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

RecentRange MemoryStore::claim_recent(MailboxId mailbox) {
  std::lock_guard state(state_);
  const auto row = mailbox_row(mailbox);
  return row ? take_recent((*row)->header) : RecentRange{};
}

// --- the commit ---

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

// --- coming and going ---

void MemoryStore::add_mailbox(const Mailbox& mailbox) {
  MailboxRow& made = mailboxes_[mailbox.id];
  made.header = new_mailbox_header(mailbox.uid_validity);
  made.view = mail::MailboxView::build(view_header(made.header), {});
}

void MemoryStore::remove_mailbox(MailboxId mailbox) {
  const auto found = mailboxes_.find(mailbox);
  for (const auto& [uid, digest] : found->second.digests) --blobs_.at(digest.blob).links;
  mailboxes_.erase(found);
}

}  // namespace roost::store
