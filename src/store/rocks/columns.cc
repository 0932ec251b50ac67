// See columns.h. What figures there are behind the choices is in docs/decisions/0002 and 0005.
#include "store/rocks/columns.h"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <string_view>

#include "base/log.h"
#include "store/rocks/keys.h"
#include "store/rocks/rows.h"

namespace roost::store {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

// RocksDB's own log, as lines of ours. Its default writes a file in the data directory, and a build
// with assertions (Debian's) aborts the process when the disk has no room for that.
class LogLines final : public rocksdb::Logger {
 public:
  LogLines() : Logger(rocksdb::WARN_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 1024> line;  // what is longer is cut
    if (std::vsnprintf(line.data(), line.size(), format, arguments) < 0) return;
    std::string_view text = line.data();
    if (text.ends_with('\n')) text.remove_suffix(1);
    log::warning("database: {}", text);
  }
};

rocksdb::ColumnFamilyOptions column_options(const std::shared_ptr<rocksdb::Cache>& cache,
                                            std::size_t write_buffer) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 * 1024;
  table.format_version = 5;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;

  rocksdb::ColumnFamilyOptions column;
  column.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  column.write_buffer_size = write_buffer;
  column.compression = rocksdb::kLZ4Compression;
  column.level_compaction_dynamic_level_bytes = true;
  // Rows that are erased together (an emptied mailbox, swept candidates) would be stepped over by
  // every scan until a compaction happens to come by: files with many of them call for one.
  column.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(4096, 1024));
  return column;
}

// Bodies stand in blob files, so that compaction does not rewrite them; but for those so small that
// the way there costs more.
rocksdb::ColumnFamilyOptions body_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions column = column_options(cache, 64 * kMiB);
  column.enable_blob_files = true;
  column.min_blob_size = 8 * 1024;
  column.blob_file_size = 256 * kMiB;
  column.blob_compression_type = rocksdb::kZSTD;
  column.enable_blob_garbage_collection = true;
  column.blob_garbage_collection_age_cutoff = 0.25;
  column.blob_garbage_collection_force_threshold = 0.5;
  column.blob_cache = cache;
  return column;
}

// Drops the keys of threads that nobody has written to for long, when RocksDB rewrites them anyway.
class OldThreads final : public rocksdb::CompactionFilter {
 public:
  explicit OldThreads(std::uint64_t today) : today_(today) {}
  const char* Name() const override { return "roost.OldThreads"; }
  bool Filter(int /*level*/, const rocksdb::Slice& /*key*/, const rocksdb::Slice& value,
              std::string* /*new_value*/, bool* /*value_changed*/) const override {
    const auto row = decode_thread(value.ToStringView());
    return row && row->day + kThreadDays < today_;
  }

 private:
  const std::uint64_t today_;
};

class OldThreadsFactory final : public rocksdb::CompactionFilterFactory {
 public:
  explicit OldThreadsFactory(const WallClock& clock) : clock_(clock) {}
  const char* Name() const override { return "roost.OldThreadsFactory"; }
  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& /*context*/) override {
    return std::make_unique<OldThreads>(day_of(clock_.unix_seconds()));
  }

 private:
  const WallClock& clock_;
};

rocksdb::ColumnFamilyOptions thread_options(const std::shared_ptr<rocksdb::Cache>& cache,
                                            const WallClock& clock) {
  rocksdb::ColumnFamilyOptions column = column_options(cache, 16 * kMiB);
  column.compaction_filter_factory = std::make_shared<OldThreadsFactory>(clock);
  return column;
}

}  // namespace

rocksdb::DBOptions database_options(const RocksOptions& options) {
  rocksdb::DBOptions database;
  if (options.env != nullptr) database.env = options.env;
  database.create_if_missing = true;
  database.create_missing_column_families = true;
  database.max_background_jobs = 2;
  database.max_open_files = 4096;
  database.bytes_per_sync = kMiB;
  // What a large commit writes is on its way to the disk before its sync waits for it. That was not
  // measured by itself, only with what else a COPY of 10,000 messages was spared: 0.65 s became
  // 0.46 s (docs/benchmarks.md).
  database.wal_bytes_per_sync = kMiB;
  // Rarely written columns (log, candidate) would keep old log files alive for ever.
  database.max_total_wal_size = 256 * kMiB;
  database.info_log = std::make_shared<LogLines>();
  // A log torn by a power cut ends where it is torn: what was acknowledged is before that.
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // What a log holds is read, and then shown, though the process that wrote it may have died before
  // it was synced. So recovery writes it to tables, durably, before anybody sees it.
  database.avoid_flush_during_recovery = false;
  // Rows are small: that each writer puts his own into the tables costs more in waking them.
  database.allow_concurrent_memtable_write = false;
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  return database;
}

std::vector<rocksdb::ColumnFamilyDescriptor> column_descriptors(const RocksOptions& options) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_octets);
  std::vector<rocksdb::ColumnFamilyDescriptor> columns = {
      {name_of(Column::kMeta), column_options(cache, 16 * kMiB)},
      {name_of(Column::kState), column_options(cache, 16 * kMiB)},
      {name_of(Column::kDigest), column_options(cache, 32 * kMiB)},
      {name_of(Column::kLog), column_options(cache, 4 * kMiB)},
      {name_of(Column::kBody), body_options(cache)},
      {name_of(Column::kLink), column_options(cache, 16 * kMiB)},
      {name_of(Column::kCandidate), column_options(cache, 4 * kMiB)},
      {name_of(Column::kThread), thread_options(cache, *options.clock)},
      {rocksdb::kDefaultColumnFamilyName, column_options(cache, kMiB)}};
  // Rows come in the order of their keys, at a COPY or as blobs are numbered: where the one before
  // was put is where the place of the next is looked for first. The first octet of all keys is 0.
  for (std::size_t i = 0; i < kColumns; ++i) {
    if (erases_ranges(static_cast<Column>(i))) continue;
    columns[i].options.memtable_insert_with_hint_prefix_extractor.reset(
        rocksdb::NewFixedPrefixTransform(1));
  }
  return columns;
}

}  // namespace roost::store
