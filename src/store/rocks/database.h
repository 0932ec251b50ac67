// The RocksDB database of a store: opening and locking it, and the few calls the rest needs, with
// errors as values. Nothing else in this folder names RocksDB's classes, but for what Scan and
// Writes wrap.
#pragma once

#include <rocksdb/db.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/rocks/keys.h"
#include "store/rocks/rocks_store.h"
#include "store/rocks/shared_sync.h"

namespace roost::store {

class Database;

// What is to be written in one step. Used by one thread.
class Writes {
 public:
  // octets: roughly what is to come. What is large is then not copied again and again as it grows.
  explicit Writes(const Database& database, std::size_t octets = 0)
      : database_(database), batch_(octets) {}

  void put(Column column, std::string_view key, std::string_view value);
  void put(Column column, std::string_view key, std::string_view value_head,
           std::string_view value_tail);
  void erase(Column column, std::string_view key);
  void erase_prefix(Column column, const std::string& prefix);
  [[nodiscard]] bool empty() { return batch_.Count() == 0; }
  // Octets, roughly.
  [[nodiscard]] std::size_t size() const { return batch_.GetDataSize(); }
  void clear() { batch_.Clear(); }

 private:
  friend class Database;
  const Database& database_;
  rocksdb::WriteBatch batch_;
};

// The database as it was when this was made. Must not outlive it.
class Snapshot {
 public:
  explicit Snapshot(Database& database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  [[nodiscard]] Result<std::optional<std::string>> get(Column column, std::string_view key);

 private:
  friend class Scan;
  Database& database_;
  const rocksdb::Snapshot* const snapshot_;
};

// Goes over the rows whose key begins with prefix, in order. Used by one thread; sees the database
// as it was when it was made.
class Scan {
 public:
  // kBulk: reads ahead, and leaves the block cache alone.
  enum class Kind : std::uint8_t { kShort, kBulk };
  Scan(Database& database, Column column, const std::string& prefix, Kind kind = Kind::kShort);
  // From the row `start` on. What was erased before it is then not stepped over again and again.
  Scan(Database& database, Column column, const std::string& prefix, std::string_view start);
  Scan(const Snapshot& snapshot, Column column, const std::string& prefix, Kind kind);

  [[nodiscard]] bool valid() const { return iterator_->Valid(); }
  void next() { iterator_->Next(); }
  void seek(std::string_view key) { iterator_->Seek(rocksdb::Slice(key.data(), key.size())); }
  // Both hold until the scan moves.
  [[nodiscard]] std::string_view key() const { return iterator_->key().ToStringView(); }
  [[nodiscard]] std::string_view value() const { return iterator_->value().ToStringView(); }
  // Whether valid() is false for a reason other than the end.
  [[nodiscard]] Result<void> status() const;

 private:
  const std::string upper_bound_;
  const rocksdb::Slice upper_bound_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;

  Scan(Database& database, Column column, const std::string& prefix, std::string_view start,
       Kind kind, const rocksdb::Snapshot* snapshot);
};

// Owner: the store. Any thread.
class Database {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const RocksOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] Result<std::optional<std::string>> get(Column column, std::string_view key);
  // Without a copy; nothing: no such row.
  [[nodiscard]] Result<bool> get(Column column, std::string_view key,
                                 rocksdb::PinnableSlice& value);

  // All or nothing, in the order of the calls, and not yet durable. kUnavailable: from now on all
  // writes and syncs fail, too, until the store is opened again.
  [[nodiscard]] Result<void> write(Writes& writes);
  // Ensures: all writes that returned before are durable.
  [[nodiscard]] Result<void> sync() { return sync_.wait(); }
  [[nodiscard]] Result<void> write_durably(Writes& writes);
  // What all writes and syncs fail with; nothing while all is well.
  [[nodiscard]] std::optional<Error> failure() const { return sync_.failure(); }

 private:
  friend class Writes;
  friend class Scan;
  friend class Snapshot;
  class DirectoryLock;
  Database(std::unique_ptr<DirectoryLock> lock, const RocksOptions& options);

  [[nodiscard]] Result<void> open_columns(const RocksOptions& options);
  [[nodiscard]] Result<void> check_format(const RocksOptions& options);
  [[nodiscard]] Result<void> sync_log();
  [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(Column column) const {
    return handles_[static_cast<std::size_t>(column)];
  }

  std::unique_ptr<DirectoryLock> lock_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kColumns> handles_{};
  const RocksOptions::Sync mode_;
  SharedSync sync_;
};

}  // namespace roost::store
