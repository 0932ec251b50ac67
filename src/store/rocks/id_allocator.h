// Ids that are never given twice, whatever crashes: taken from the database in blocks. What is left
// of a block at a restart is lost, which costs nothing.
#pragma once

#include <cstdint>
#include <mutex>

#include "base/error.h"
#include "store/rocks/database.h"
#include "store/rocks/rows.h"

namespace roost::store {

// On disk: never change one.
enum class IdKind : char { kAccount = 'a', kMailbox = 'm', kBlob = 'b' };

// Owner: the store. Any thread.
class IdAllocator {
 public:
  IdAllocator(Database& database, IdKind kind)
      : database_(database),
        key_(meta_key(MetaKind::kNextId, std::string(1, static_cast<char>(kind)))) {}

  // Above all that were given before. A row that uses it is written later than its block was taken;
  // so whenever the row is durable, the block is.
  [[nodiscard]] Result<std::uint64_t> next() {
    std::lock_guard lock(mutex_);
    if (next_ == end_) {
      if (auto taken = take_block(); !taken) return fail(std::move(taken).error());
    }
    return next_++;
  }

 private:
  static constexpr std::uint64_t kBlock = 10'000;

  Result<void> take_block() {
    const auto row = database_.get(Column::kMeta, key_);
    if (!row) return fail(row.error());
    const Result<std::uint64_t> first = *row ? decode_number(**row) : 1;
    if (!first) return fail(first.error());
    Writes writes(database_);
    writes.put(Column::kMeta, key_, encode_number(*first + kBlock));
    if (auto written = database_.write(writes); !written) return written;
    next_ = *first;
    end_ = *first + kBlock;
    return {};
  }

  Database& database_;
  const std::string key_;
  std::mutex mutex_;
  std::uint64_t next_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace roost::store
