// The commit of Mailboxes: written under the mailbox's lock, durable with a shared sync, published
// and announced in order.
#include <vector>

#include "base/local_zone.h"
#include "store/rocks/digest_scan.h"
#include "store/rocks/mailboxes.h"
#include "store/rocks/rows.h"

namespace roost::store {

using mail::BlobId;
using mail::MailboxId;
using mail::MessageEntry;
using mail::ModSeq;
using mail::Uid;

namespace {

// What the rows of a batch take in a write, roughly; bodies are not counted.
std::size_t octets_of(const Batch& batch, const Applied& applied) {
  constexpr std::size_t kHeader = 512;
  constexpr std::size_t kMessage = 192;  // its rows without what is counted below
  std::size_t octets = kHeader + kMessage * (applied.updates.size() + applied.expunged.count() +
                                             applied.arrivals.size());
  for (const NewMessage& message : batch.messages) octets += mail::octets_of(message.digest);
  for (const MessageCopy& copy : batch.copies) octets += copy.digest.octets.size();
  return octets;
}

}  // namespace

Result<Committed> Mailboxes::commit(const Batch& batch) {
  const auto found = live(batch.mailbox);
  if (!found) return fail(found.error());
  MailboxState& state = **found;
  Result<Committed> committed = write(state, batch);
  // A batch that changes nothing still waits for what it found: its answer tells of that.
  if (!committed) return committed;
  if (state.has_unpublished()) {
    if (auto synced = database_.sync(); !synced) return fail(std::move(synced).error());
  }
  publish(state, committed->modseq);
  return committed;
}

Result<Committed> Mailboxes::write(MailboxState& state, const Batch& batch) {
  std::lock_guard committing(state.committing);
  if (state.phase() != MailboxState::Phase::kLive) {
    // Whether it is there is unknown when its deletion has failed: mail for it is to wait.
    if (auto failure = database_.failure()) return fail(*std::move(failure));
    return fail(ErrorCode::kNotFound, "no such mailbox");
  }
  if (needs_view(batch)) {
    if (auto loaded = load_view(state); !loaded) return fail(std::move(loaded).error());
  }
  const MailboxHeader before = state.written();
  auto applied = apply(before, state.written_view().get(), batch);
  if (!applied) return fail(std::move(applied).error());
  if (!applied->changed()) return committed_of(*applied);
  if (auto written = write_changed(state, batch, *applied); !written) {
    return fail(std::move(written).error());
  }
  return committed_of(*applied);
}

Result<void> Mailboxes::write_changed(MailboxState& state, const Batch& batch, Applied& applied) {
  const MailboxId mailbox = state.id();
  Writes writes(database_, octets_of(batch, applied));
  for (const MessageEntry& entry : applied.updates) {
    writes.put(Column::kState, message_key(mailbox, entry.uid), encode_state(entry));
  }
  if (auto recorded = record_expunged(writes, mailbox, applied); !recorded) return recorded;
  const std::int64_t now = clock_.unix_seconds();
  Threads::Search search(threads_, batch, writes, now);
  const auto pins = record_arrivals(writes, search, batch, applied, now);
  if (!pins) return fail(pins.error());
  writes.put(Column::kMeta, meta_key(MetaKind::kHeader, mailbox.value),
             encode_header(applied.header));
  if (auto written = database_.write(writes); !written) return written;
  for (const PinPtr& pin : *pins) Bodies::stored(*pin);
  state.wrote(applied, batch.account);
  return {};
}

Result<std::vector<PinPtr>> Mailboxes::record_arrivals(Writes& writes, Threads::Search& search,
                                                       const Batch& batch, const Applied& applied,
                                                       std::int64_t now) {
  std::vector<PinPtr> pins;
  if (applied.arrivals.empty()) return pins;
  mail::Saved saved{.date = {now, local_zone_minutes(now)}, .thread = {}};
  pins.reserve(applied.arrivals.size());
  auto entry = applied.arrivals.begin();
  const auto record = [&](BlobId blob, std::string_view digest,
                          std::string_view digest_tail) -> Result<void> {
    const std::string key = message_key(batch.mailbox, entry->uid);
    writes.put(Column::kState, key, encode_state(*entry));
    writes.put(Column::kDigest, key, digest, digest_tail);
    auto pin = bodies_.link(writes, blob, batch.mailbox, entry->uid);
    if (!pin) return fail(std::move(pin).error());
    pins.push_back(*std::move(pin));
    ++entry;
    return {};
  };
  for (const NewMessage& message : batch.messages) {
    const auto thread = search.of(message);
    if (!thread) return fail(thread.error());
    saved.thread = *thread;
    auto recorded = record(message.blob.id(), mail::encode_digest(message.digest, saved), {});
    if (!recorded) return fail(std::move(recorded).error());
  }
  for (const MessageCopy& copy : batch.copies) {
    saved.thread = copy.digest.thread;
    auto recorded =
        record(copy.blob.id(), copy.digest.octets, mail::saved_octets(copy.digest, saved));
    if (!recorded) return fail(std::move(recorded).error());
  }
  return pins;
}

// Also completes applied.header.
Result<void> Mailboxes::record_expunged(Writes& writes, MailboxId mailbox, Applied& applied) {
  if (applied.expunged.empty()) return {};
  MailboxHeader& header = applied.header;
  std::uint64_t freed = 0;
  const auto free = [&](Uid uid, std::string_view row) -> Result<bool> {
    const auto digest = mail::read_digest_head(row);
    if (!digest) return fail(digest.error());
    freed += digest->size;
    Bodies::unlink(writes, *digest, mailbox, uid);
    return true;
  };
  if (auto read =
          for_each_digest_row(database_, mailbox, applied.expunged, header.status.uid_next, free);
      !read) {
    return read;
  }
  // Whether it has a digest or not: no message that was expunged comes back.
  for (const mail::UidRange& range : applied.expunged.ranges()) {
    for (Uid uid = range.first; uid <= range.last; uid = uid.next()) {
      const std::string key = message_key(mailbox, uid);
      writes.erase(Column::kState, key);
      writes.erase(Column::kDigest, key);
    }
  }
  header.status.size -= freed;

  writes.put(Column::kLog, log_key(mailbox, header.status.highest_modseq),
             encode_expunged(applied.expunged));
  if (++header.log_rows <= kMaxLogRows) return {};
  const Scan oldest(database_, Column::kLog, key_of(mailbox.value),
                    log_key(mailbox, header.log_floor.next()));
  if (!oldest.valid() || oldest.key().size() != kLogKeySize) {
    if (auto status = oldest.status(); !status) return status;
    return fail(ErrorCode::kCorruption, "the log lacks rows that the mailbox counts");
  }
  header.log_floor = ModSeq(read_big_endian<std::uint64_t>(oldest.key(), 8));
  --header.log_rows;
  writes.erase(Column::kLog, oldest.key());
  return {};
}

void Mailboxes::publish(MailboxState& state, ModSeq modseq) noexcept {
  std::lock_guard announcing(state.announcing);
  while (const auto change = state.publish_next(modseq)) {
    if (ChangeSink* sink = sink_) sink->committed(*change);
  }
}

}  // namespace roost::store
