// How RocksDB is set up: what differs between the column families, and why.
#pragma once

#include <rocksdb/db.h>

#include <vector>

#include "store/rocks/keys.h"
#include "store/rocks/rocks_store.h"

namespace roost::store {

[[nodiscard]] rocksdb::DBOptions database_options(const RocksOptions& options);
// Whether ranges of it may be erased. Where a memtable has hints they may not: before version 9.2
// RocksDB takes the place of a range for that of a row, and the row is lost (its issue 5118).
[[nodiscard]] constexpr bool erases_ranges(Column column) {
  return column == Column::kMeta || column == Column::kState || column == Column::kLog ||
         column == Column::kThread;
}
// In the order of Column, the one that RocksDB demands last.
[[nodiscard]] std::vector<rocksdb::ColumnFamilyDescriptor> column_descriptors(
    const RocksOptions& options);

}  // namespace roost::store
