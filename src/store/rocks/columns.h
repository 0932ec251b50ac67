// How RocksDB is set up: what differs between the column families, and why.
#pragma once

#include <rocksdb/db.h>

#include <vector>

#include "store/rocks/rocks_store.h"

namespace roost::store {

[[nodiscard]] rocksdb::DBOptions database_options(const RocksOptions& options);
// In the order of Column, the one that RocksDB demands last.
[[nodiscard]] std::vector<rocksdb::ColumnFamilyDescriptor> column_descriptors(
    const RocksOptions& options);

}  // namespace roost::store
