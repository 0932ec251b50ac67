// A table from hashes to places, for hashes that nobody can foresee (base/siphash.h): open
// addressing, 48 to 96 octets a hash, nothing is ever removed.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/siphash.h"

namespace roost::mail {

class HashPlaces {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // The place of that hash, kNone if it has none yet: for the caller to set. Valid until the next
  // call.
  [[nodiscard]] std::uint32_t& operator[](const Hash128& hash) {
    if (2 * (used_ + 1) > slots_.size()) resize(slots_.empty() ? 64 : 2 * slots_.size());
    Slot& slot = slots_[slot_of(hash)];
    if (slot.place == kNone && slot.hash != hash) {
      slot.hash = hash;
      ++used_;
    }
    return slot.place;
  }
  [[nodiscard]] std::uint32_t find(const Hash128& hash) const {
    return slots_.empty() ? kNone : slots_[slot_of(hash)].place;
  }
  // Room for so many in all.
  void reserve(std::size_t hashes) {
    if (2 * hashes > slots_.size()) resize(std::bit_ceil(2 * hashes));
  }

 private:
  struct Slot {
    Hash128 hash;
    std::uint32_t place = kNone;
  };

  // The slot that has it, or would.
  [[nodiscard]] std::size_t slot_of(const Hash128& hash) const {
    std::size_t i = hash.low & (slots_.size() - 1);
    while (slots_[i].place != kNone && slots_[i].hash != hash) i = (i + 1) & (slots_.size() - 1);
    return i;
  }
  void resize(std::size_t slots) {
    std::vector<Slot> old(slots);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.place != kNone) slots_[slot_of(slot.hash)] = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two
  std::size_t used_ = 0;
};

}  // namespace roost::mail
