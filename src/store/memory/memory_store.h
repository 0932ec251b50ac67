// The store in memory: what Store means, written so that it can be read. The conformance suite and
// the fuzzer hold every other backend to it; tests above the store run on it.
#pragma once

#include <cstddef>
#include <memory>

#include "base/clock.h"
#include "store/store.h"

namespace roost::store {

struct MemoryOptions {
  std::size_t mailboxes_per_account = 10'000;
  const WallClock& clock = system_clock();  // for save dates
};

// Nothing outlives it. Blobs that nothing refers to go at the next sweep, not by themselves.
[[nodiscard]] std::unique_ptr<Store> open_memory_store(const MemoryOptions& options = {});

}  // namespace roost::store
