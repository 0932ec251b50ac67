#include "store/rocks/bodies.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "store/rocks/first_error.h"
#include "store/rocks/rows.h"

namespace roost::store {
namespace {

using mail::BlobId;
using mail::MailboxId;
using mail::Uid;

std::string new_blob_key(BlobId blob) { return link_key(blob, MailboxId(), Uid()); }

}  // namespace

// --- writing ---

class ChunkWriter final : public BlobWriter {
 public:
  explicit ChunkWriter(Bodies& bodies) : bodies_(bodies) {}

  Result<void> append(std::string_view octets) override {
    while (!octets.empty()) {
      if (buffer_.size() == kChunkSize) {
        if (auto written = write_chunk(); !written) return written;
      }
      const std::string_view piece = octets.substr(0, kChunkSize - buffer_.size());
      buffer_ += piece;
      octets.remove_prefix(piece.size());
    }
    return {};
  }

  Result<BlobRef> finish() override {
    if (chunks_ == 0) {
      if (auto begun = begin(BlobPin::Origin::kSmall); !begun) return fail(begun.error());
      pin_->octets_ = std::move(buffer_);
      pin_->octets_.shrink_to_fit();
    } else if (auto written = write_chunk(); !written) {
      return fail(written.error());
    }
    return BlobRef(pin_->id(), pin_);
  }

 private:
  Result<void> begin(BlobPin::Origin origin) {
    const auto id = bodies_.ids_.next();
    if (!id) return fail(id.error());
    PinTable::Stripe& stripe = bodies_.pins_->stripe(BlobId(*id));
    const auto lock = stripe.lock();
    pin_ = stripe.find_or_add(BlobId(*id), *bodies_.pins_);
    pin_->origin_ = origin;
    return {};
  }

  Result<void> write_chunk() {
    Writes writes(bodies_.database_);
    if (!pin_) {
      if (auto begun = begin(BlobPin::Origin::kChunked); !begun) return begun;
      writes.put(Column::kCandidate, new_blob_key(pin_->id()), encode_number(0));
    }
    writes.put(Column::kBody, body_key(pin_->id(), chunks_++), kChunkVersion, buffer_);
    buffer_.clear();
    return bodies_.database_.write(writes);
  }

  Bodies& bodies_;
  PinPtr pin_;
  std::string buffer_;
  std::uint32_t chunks_ = 0;
};

std::unique_ptr<BlobWriter> Bodies::new_blob() { return std::make_unique<ChunkWriter>(*this); }

// --- reading ---

Result<std::string> Bodies::read(BlobId blob, std::uint64_t offset, std::uint64_t length) {
  auto read = read_chunks(blob, offset, length);
  if (read || read.error().code != ErrorCode::kNotFound) return read;
  PinTable::Stripe& stripe = pins_->stripe(blob);
  PinPtr pin;
  {
    const auto lock = stripe.lock();
    pin = stripe.find(blob);
  }
  if (!pin || pin->origin_ != BlobPin::Origin::kSmall) return read;
  return offset < pin->octets_.size() ? pin->octets_.substr(offset, length) : std::string();
}

Result<std::string> Bodies::read_chunks(BlobId blob, std::uint64_t offset, std::uint64_t length) {
  std::string octets;
  // No blob reaches the last chunk there could be.
  std::uint64_t chunk =
      std::min<std::uint64_t>(offset / kChunkSize, std::numeric_limits<std::uint32_t>::max());
  std::uint64_t skip = offset % kChunkSize;
  do {
    rocksdb::PinnableSlice value;
    const auto number = static_cast<std::uint32_t>(chunk);
    const auto found = database_.get(Column::kBody, body_key(blob, number), value);
    if (!found) return fail(found.error());
    if (!*found) {
      if (number == 0) return fail(ErrorCode::kNotFound, "no such blob");
      if (!octets.empty()) return octets;
      // Behind the end, if there is a beginning.
      const auto first = database_.get(Column::kBody, body_key(blob, 0), value);
      if (!first) return fail(first.error());
      if (!*first) return fail(ErrorCode::kNotFound, "no such blob");
      return octets;
    }
    if (!value.starts_with(kChunkVersion)) {
      return fail(ErrorCode::kCorruption, "a message body is of an unknown version");
    }
    std::string_view piece = value.ToStringView().substr(kChunkVersion.size());
    const bool last = piece.size() < kChunkSize;
    piece.remove_prefix(std::min<std::uint64_t>(skip, piece.size()));
    octets += piece.substr(0, length - octets.size());
    if (last) return octets;
    ++chunk;
    skip = 0;
  } while (octets.size() < length);
  return octets;
}

Result<bool> Bodies::linked(BlobId blob) {
  const Scan links(database_, Column::kLink, key_of(blob.value));
  if (links.valid()) return true;
  if (auto status = links.status(); !status) return fail(status.error());
  return false;
}

Result<BlobRef> Bodies::pin(BlobId blob, std::string_view link) {
  PinTable::Stripe& stripe = pins_->stripe(blob);
  PinPtr pin;  // outlives the lock: dropping it takes the lock
  const auto lock = stripe.lock();
  pin = stripe.find(blob);
  if (pin) return BlobRef(blob, std::move(pin));
  Result<bool> found = false;
  if (!link.empty()) {
    rocksdb::PinnableSlice value;
    found = database_.get(Column::kLink, link, value);
  }
  if (found && !*found) found = linked(blob);
  if (!found) return fail(found.error());
  if (!*found) return fail(ErrorCode::kNotFound, "no message has this blob");
  return BlobRef(blob, stripe.find_or_add(blob, *pins_));
}

BlobRef Bodies::pin_kept(const KeptAll& /*kept*/, BlobId blob) {
  PinTable::Stripe& stripe = pins_->stripe(blob);
  const auto lock = stripe.lock();
  return BlobRef(blob, stripe.find_or_add(blob, *pins_));
}

// --- links ---

Result<PinPtr> Bodies::link(Writes& writes, BlobId blob, MailboxId mailbox, Uid uid) {
  PinTable::Stripe& stripe = pins_->stripe(blob);
  PinPtr pin;
  {
    const auto lock = stripe.lock();
    pin = stripe.find(blob);
  }
  if (!pin) return fail(ErrorCode::kNotFound, "no such blob");
  if (pin->origin_ == BlobPin::Origin::kSmall && !pin->stored_) {
    writes.put(Column::kBody, body_key(blob, 0), kChunkVersion, pin->octets_);
  } else if (pin->origin_ == BlobPin::Origin::kChunked) {
    writes.erase(Column::kCandidate, new_blob_key(blob));
  }
  writes.put(Column::kLink, link_key(blob, mailbox, uid), {});
  return pin;
}

void Bodies::unlink(Writes& writes, const mail::DigestHead& digest, MailboxId mailbox, Uid uid) {
  const std::string key = link_key(digest.blob, mailbox, uid);
  writes.erase(Column::kLink, key);
  // The key is that of the link: no two expunges write the same candidate, and none is written
  // twice. So the sweeper may remove one it has seen, whatever is expunged meanwhile.
  writes.put(Column::kCandidate, key, encode_number(digest.size));
}

// --- sweeping ---

Result<void> Bodies::sweep() {
  Scan scan(database_, Column::kCandidate, {}, Scan::Kind::kBulk);
  Candidates candidates;
  Result<void> all_swept;
  for (; scan.valid(); scan.next()) {
    const std::string_view key = scan.key();
    const auto size = decode_number(scan.value());
    if (key.size() != kLinkKeySize || !size) {
      keep_first(all_swept, fail(ErrorCode::kCorruption, "a malformed candidate"));
      continue;
    }
    const BlobId blob(read_big_endian<std::uint64_t>(key, 0));
    if (blob != candidates.blob) {
      keep_first(all_swept, sweep(std::exchange(candidates, {.blob = blob, .keys = {}})));
    }
    candidates.size = std::max(candidates.size, *size);
    candidates.keys.emplace_back(key);
  }
  keep_first(all_swept, scan.status());
  keep_first(all_swept, sweep(candidates));
  return all_swept;
}

Result<void> Bodies::sweep(const Candidates& candidates) {
  if (candidates.keys.empty()) return {};
  const std::scoped_lock removing(removing_);
  PinTable::Stripe& stripe = pins_->stripe(candidates.blob);
  PinPtr held;  // outlives the lock
  const auto lock = stripe.lock();
  held = stripe.find(candidates.blob);
  if (held) return {};
  const auto in_use = linked(candidates.blob);
  if (!in_use) return fail(in_use.error());
  Writes writes(database_);
  if (!*in_use) {
    if (auto erased = erase_chunks(writes, candidates); !erased) return erased;
  }
  for (const std::string& key : candidates.keys) writes.erase(Column::kCandidate, key);
  return database_.write(writes);
}

Result<void> Bodies::erase_chunks(Writes& writes, const Candidates& candidates) {
  const BlobId blob = candidates.blob;
  writes.erase(Column::kBody, body_key(blob, 0));
  if (candidates.size != 0) {
    for (std::uint64_t chunk = 1; chunk * kChunkSize <= candidates.size; ++chunk) {
      writes.erase(Column::kBody, body_key(blob, static_cast<std::uint32_t>(chunk)));
    }
    return {};
  }
  // Never finished, or empty.
  Scan chunks(database_, Column::kBody, key_of(blob.value), Scan::Kind::kBulk);
  for (; chunks.valid(); chunks.next()) writes.erase(Column::kBody, chunks.key());
  return chunks.status();
}

}  // namespace roost::store
