// The embedded backend: RocksDB in a directory of this machine. docs/formats/ describes what is on
// disk, docs/decisions/0002 how commits share syncs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "store/store.h"

namespace rocksdb {
class Env;
}

namespace roost::store {

// In the store's directory; not there: there is no store.
inline constexpr const char* kDatabaseFolder = "db";

struct RocksOptions {
  std::filesystem::path directory;  // made if missing; one process at a time
  // kOff is for tests that do not care about power cuts: a commit is then not durable.
  enum class Sync : std::uint8_t { kOn, kOff } sync = Sync::kOn;
  std::chrono::seconds sweep_interval{60};  // 0: only when sweep is called
  std::size_t mailboxes_per_account = 10'000;
  std::size_t block_cache_octets = std::size_t{256} << 20;
  // What is kept in memory of mailboxes that nobody uses just now.
  std::size_t cached_mailboxes = 65'536;
  std::size_t cached_messages = 4'000'000;
  rocksdb::Env* env = nullptr;               // for tests that break the disk; not owned
  const WallClock* clock = &system_clock();  // for save dates; not owned
};

// kUnavailable: another process has it open, or the directory cannot be used; kCorruption: what is
// there is not a store, or of a newer Roost. Blobs and views may outlive it, blob writers may not.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocks_store(const RocksOptions& options);

}  // namespace roost::store
