// A table from hashes to places, for hashes that nobody can foresee (base/siphash.h): open
// addressing, some 40 octets a hash, nothing is ever removed.
#pragma once

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
    if (2 * (used_ + 1) > slots_.size()) grow();
    Slot& slot = slot_of(hash);
    if (slot.place == kNone && slot.hash != hash) {
      slot.hash = hash;
      ++used_;
    }
    return slot.place;
  }

 private:
  struct Slot {
    Hash128 hash;
    std::uint32_t place = kNone;
  };

  // The slot that has it, or would.
  Slot& slot_of(const Hash128& hash) {
    std::size_t i = hash.low & (slots_.size() - 1);
    while (slots_[i].place != kNone && slots_[i].hash != hash) i = (i + 1) & (slots_.size() - 1);
    return slots_[i];
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : 2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.place != kNone) slot_of(slot.hash) = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two
  std::size_t used_ = 0;
};

}  // namespace roost::mail
