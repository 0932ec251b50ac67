// Which blobs are held: by a writer, by a message not yet committed, by a copy being made. A held
// blob is not swept.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "mail/ids.h"

namespace roost::store {

// Lives as long as somebody holds the blob. Immutable, but for stored_.
class BlobPin {
 public:
  enum class Origin : std::uint8_t {
    kStored,   // its octets are in the database already, some message refers to it
    kSmall,    // new: its octets are here, and go into the database with the first commit
    kChunked,  // new: its octets are in the database, with a candidate row of its own
  };

  [[nodiscard]] mail::BlobId id() const { return id_; }

 private:
  friend class PinTable;
  friend class Bodies;
  friend class ChunkWriter;
  explicit BlobPin(mail::BlobId id) : id_(id) {}

  const mail::BlobId id_;
  Origin origin_ = Origin::kStored;
  std::string octets_;                // of kSmall; set before anybody else can see it
  std::atomic<bool> stored_ = false;  // of kSmall: they are in the database now
};

using PinPtr = std::shared_ptr<BlobPin>;

// Owner: the pins and the store, whichever lives longest. Any thread.
class PinTable : public std::enable_shared_from_this<PinTable> {
 public:
  // A stripe's mutex guards the question "is it held?" for its blobs. The sweeper holds it while it
  // looks for links and removes, Bodies::pin while it looks for links; who calls pin_kept keeps the
  // sweeper from removing at all. So a blob is never removed under somebody who has just found it.
  class Stripe {
   public:
    [[nodiscard]] std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }
    // All below require the lock.
    [[nodiscard]] PinPtr find(mail::BlobId blob) {
      const auto found = pins_.find(blob);
      return found == pins_.end() ? nullptr : found->second.lock();
    }
    [[nodiscard]] PinPtr find_or_add(mail::BlobId blob, PinTable& table);

   private:
    friend class PinTable;
    std::mutex mutex_;
    std::unordered_map<mail::BlobId, std::weak_ptr<BlobPin>> pins_;
  };

  [[nodiscard]] Stripe& stripe(mail::BlobId blob) { return stripes_[blob.value % stripes_.size()]; }

 private:
  void drop(BlobPin* pin);

  std::array<Stripe, 64> stripes_;
};

inline PinPtr PinTable::Stripe::find_or_add(mail::BlobId blob, PinTable& table) {
  if (PinPtr known = find(blob)) return known;
  PinPtr pin(new BlobPin(blob),
             [owner = table.shared_from_this()](BlobPin* dropped) { owner->drop(dropped); });
  pins_[blob] = pin;
  return pin;
}

inline void PinTable::drop(BlobPin* pin) {
  Stripe& holder = stripe(pin->id());
  {
    const auto lock = holder.lock();
    const auto found = holder.pins_.find(pin->id());
    // Somebody may have pinned it anew since the last reference went.
    if (found != holder.pins_.end() && found->second.expired()) holder.pins_.erase(found);
  }
  delete pin;
}

}  // namespace roost::store
