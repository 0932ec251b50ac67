// See mailboxes.h: reading, and the coming and going of mailboxes. The commit is in commit.cc.
#include "store/rocks/mailboxes.h"

#include <algorithm>

#include "base/log.h"
#include "store/rocks/digest_scan.h"
#include "store/rocks/first_error.h"
#include "store/rocks/rows.h"

namespace roost::store {

using mail::Digest;
using mail::MailboxId;
using mail::ModSeq;
using mail::Uid;
using mail::UidRange;
using mail::UidSet;

// --- what is in memory ---

Result<StatePtr> Mailboxes::live(MailboxId mailbox) {
  std::vector<StatePtr> unsaved;
  StatePtr state = cache_.get(mailbox, unsaved);
  for (const StatePtr& leaving : unsaved) {
    // Not the caller's mailbox: his call goes on. The worst is that some are \Recent once more.
    if (auto saved = save_claims(*leaving); !saved) {
      log::warning("\\Recent of a mailbox was not saved: {}", saved.error().detail);
    }
  }
  if (state->phase() == MailboxState::Phase::kUnread) {
    std::lock_guard committing(state->committing);
    if (auto read = read_header(*state); !read) return fail(std::move(read).error());
  }
  if (state->phase() == MailboxState::Phase::kEnded) {
    return fail(ErrorCode::kNotFound, "no such mailbox");
  }
  return state;
}

Result<void> Mailboxes::read_header(MailboxState& state) {
  if (state.phase() != MailboxState::Phase::kUnread) return {};  // somebody else was faster
  const auto row = database_.get(Column::kMeta, meta_key(MetaKind::kHeader, state.id().value));
  if (!row) return fail(row.error());
  if (!*row) {
    state.ended();
    cache_.erase(state.id());
    return {};
  }
  auto header = decode_header(**row);
  if (!header) return fail(std::move(header).error());
  if (!header->first_unseen_known && header->status.unseen > 0) {
    const auto entries = read_states(state.id(), header->status.messages);
    if (!entries) return fail(entries.error());
    const auto unseen = std::ranges::find_if(*entries, [](const mail::MessageEntry& entry) {
      return !entry.flags.has(mail::SystemFlag::kSeen);
    });
    const auto before = static_cast<std::uint32_t>(unseen - entries->begin());
    header->status.first_unseen = mail::SeqNum(unseen == entries->end() ? 0 : before + 1);
  }
  state.begin(*std::move(header));
  return {};
}

// Requires committing.
Result<void> Mailboxes::load_view(MailboxState& state) {
  if (state.written_view()) return {};
  const auto rows = read_states(state.id(), state.written().status.messages);
  if (!rows) return fail(rows.error());
  state.set_view(*rows);
  return {};
}

// Of all messages, ascending.
Result<std::vector<mail::MessageEntry>> Mailboxes::read_states(MailboxId mailbox,
                                                               std::size_t expected) {
  std::vector<mail::MessageEntry> rows;
  rows.reserve(expected);
  Scan scan(database_, Column::kState, key_of(mailbox.value));
  for (; scan.valid(); scan.next()) {
    if (scan.key().size() != kMessageKeySize) {
      return fail(ErrorCode::kCorruption, "a malformed key in the state column");
    }
    const Uid uid(read_big_endian<std::uint32_t>(scan.key(), 8));
    const auto entry = decode_state(uid, scan.value());
    if (!entry) return fail(entry.error());
    rows.push_back(*entry);
  }
  if (auto status = scan.status(); !status) return fail(std::move(status).error());
  return rows;
}

Result<void> Mailboxes::save_claims(MailboxState& state) {
  std::lock_guard committing(state.committing);
  if (state.phase() != MailboxState::Phase::kLive) return {};
  Writes writes(database_);
  writes.put(Column::kMeta, meta_key(MetaKind::kHeader, state.id().value),
             encode_header(state.written()));
  return database_.write(writes);
}

Result<void> Mailboxes::save_claims() {
  Result<void> all_saved;
  for (const StatePtr& state : cache_.all()) {
    if (state->take_unsaved_claims()) keep_first(all_saved, save_claims(*state));
  }
  return all_saved;
}

RecentRange Mailboxes::claim_recent(MailboxId mailbox) {
  const StatePtr state = cache_.find(mailbox);
  if (!state || state->phase() != MailboxState::Phase::kLive) return {};
  return state->claim_recent();
}

// --- reading ---

Result<MailboxStatus> Mailboxes::status(MailboxId mailbox) {
  const auto state = live(mailbox);
  if (!state) return fail(state.error());
  return (*state)->status();
}

Result<OpenedMailbox> Mailboxes::open(MailboxId mailbox, Store::Recent recent) {
  const auto state = live(mailbox);
  if (!state) return fail(state.error());
  return (*state)->open(recent);
}

Result<mail::ViewPtr> Mailboxes::view(MailboxId mailbox) {
  const auto state = live(mailbox);
  if (!state) return fail(state.error());
  if (auto view = (*state)->view()) return view;
  std::lock_guard committing((*state)->committing);
  if ((*state)->phase() == MailboxState::Phase::kEnded) {
    return fail(ErrorCode::kNotFound, "no such mailbox");
  }
  if (auto loaded = load_view(**state); !loaded) return fail(std::move(loaded).error());
  return (*state)->view();
}

Result<Digest> Mailboxes::digest(MailboxId mailbox, Uid uid) {
  const auto state = live(mailbox);
  if (!state) return fail(state.error());
  if (uid >= (*state)->status().uid_next) return fail(ErrorCode::kNotFound, "no such message");
  rocksdb::PinnableSlice row;
  const auto found = database_.get(Column::kDigest, message_key(mailbox, uid), row);
  if (!found) return fail(found.error());
  if (!*found) return fail(ErrorCode::kNotFound, "no such message");
  return mail::decode_digest(row.ToStringView());
}

Result<void> Mailboxes::digests(MailboxId mailbox, const UidSet& uids,
                                const Store::DigestVisitor& visit) {
  const auto state = live(mailbox);
  if (!state) return fail(state.error());
  Digest digest;
  return for_each_digest_row(database_, mailbox, uids, (*state)->status().uid_next,
                             [&](Uid uid, std::string_view row) -> Result<bool> {
                               const auto read = mail::decode_digest(row, digest);
                               if (!read) return fail(read.error());
                               return visit(uid, digest);
                             });
}

Result<void> Mailboxes::copies(MailboxId mailbox, const UidSet& uids,
                               const Store::CopyVisitor& visit) {
  const auto state = live(mailbox);
  if (!state) return fail(state.error());
  const auto kept = bodies_.keep_all();
  return for_each_digest_row(database_, mailbox, uids, (*state)->status().uid_next,
                             [&](Uid uid, std::string_view row) -> Result<bool> {
                               auto digest = mail::read_digest_row(row);
                               if (!digest) return fail(std::move(digest).error());
                               BlobRef blob = bodies_.pin_kept(kept, digest->blob);
                               return visit(uid, {std::move(blob), *std::move(digest), {}});
                             });
}

Result<UidSet> Mailboxes::expunged_since(MailboxId mailbox, ModSeq since) {
  const auto state = live(mailbox);
  if (!state) return fail(state.error());
  const ModSeq published = (*state)->status().highest_modseq;
  std::vector<UidRange> ranges;
  if (since < published) {
    Scan scan(database_, Column::kLog, key_of(mailbox.value), log_key(mailbox, since.next()));
    for (; scan.valid(); scan.next()) {
      if (scan.key().size() != kLogKeySize) {
        return fail(ErrorCode::kCorruption, "a malformed key in the log column");
      }
      if (ModSeq(read_big_endian<std::uint64_t>(scan.key(), 8)) > published) break;
      const auto uids = decode_expunged(scan.value());
      if (!uids) return fail(uids.error());
      ranges.insert(ranges.end(), uids->ranges().begin(), uids->ranges().end());
    }
    if (auto status = scan.status(); !status) return fail(std::move(status).error());
  }
  // Asked last, and between commits: rows that went while they were read, or right before that by a
  // commit that is still at work, are below it.
  std::lock_guard committing((*state)->committing);
  if (since < (*state)->written().log_floor) {
    return fail(ErrorCode::kNotFound, "the log does not reach back so far");
  }
  return UidSet::from_ranges(std::move(ranges));
}

// --- coming and going ---

void Mailboxes::begin(Writes& writes, const Mailbox& mailbox) {
  writes.put(Column::kMeta, meta_key(MetaKind::kHeader, mailbox.id.value),
             encode_header(new_mailbox_header(mailbox.uid_validity)));
}

Result<std::vector<StatePtr>> Mailboxes::end(Writes& writes, std::span<const MailboxId> mailboxes) {
  std::vector<StatePtr> states;
  for (const MailboxId mailbox : mailboxes) {
    auto state = live(mailbox);
    if (!state) return fail(state.error());
    states.push_back(*std::move(state));
  }
  // Only now: an error above leaves all of them alive.
  for (const StatePtr& state : states) {
    {
      std::lock_guard committing(state->committing);
      state->end();
    }
    writes.erase(Column::kMeta, meta_key(MetaKind::kHeader, state->id().value));
    writes.put(Column::kMeta, meta_key(MetaKind::kGone, state->id().value), encode_number(0));
  }
  return states;
}

void Mailboxes::ended(std::span<const StatePtr> states) {
  for (const StatePtr& state : states) {
    publish(*state, state->written().status.highest_modseq);
    state->ended();
    cache_.erase(state->id());
    if (ChangeSink* sink = sink_) sink->mailbox_deleted(state->id());
  }
}

Result<void> Mailboxes::sweep() {
  Result<void> all_swept;
  Scan scan(database_, Column::kMeta, meta_key(MetaKind::kGone));
  for (; scan.valid(); scan.next()) {
    if (scan.key().size() != 9) {
      keep_first(all_swept, fail(ErrorCode::kCorruption, "a malformed key in meta"));
      continue;
    }
    const MailboxId mailbox(read_big_endian<std::uint64_t>(scan.key(), 1));
    if (cache_.find(mailbox)) continue;  // its deletion is not durable yet, and it may be read
    keep_first(all_swept, sweep(mailbox));
  }
  keep_first(all_swept, scan.status());
  return all_swept;
}

Result<void> Mailboxes::sweep(MailboxId mailbox) {
  constexpr std::size_t kWriteSize = 256 * 1024;
  const std::string prefix = key_of(mailbox.value);
  Writes writes(database_);
  // The digests go message by message, for each frees its blob; the pieces may be done twice.
  Scan scan(database_, Column::kDigest, prefix, Scan::Kind::kBulk);
  for (; scan.valid(); scan.next()) {
    const auto digest = mail::read_digest_head(scan.value());
    if (!digest) return fail(digest.error());
    Bodies::unlink(writes, *digest, mailbox, Uid(read_big_endian<std::uint32_t>(scan.key(), 8)));
    writes.erase(Column::kDigest, scan.key());
    if (writes.size() < kWriteSize) continue;
    if (auto written = database_.write(writes); !written) return written;
    writes.clear();
  }
  if (auto status = scan.status(); !status) return status;
  writes.erase_prefix(Column::kState, prefix);
  writes.erase_prefix(Column::kLog, prefix);
  writes.erase(Column::kMeta, meta_key(MetaKind::kGone, mailbox.value));
  return database_.write(writes);
}

}  // namespace roost::store
