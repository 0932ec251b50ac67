// See database.h. The lock is Roost's own: RocksDB's error for a second opener names no process,
// and does not tell that case from others.
#include "store/rocks/database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "store/rocks/columns.h"
#include "store/rocks/rows.h"

namespace roost::store {
namespace {

constexpr std::uint64_t kFormat = 1;

rocksdb::Slice slice(std::string_view s) { return {s.data(), s.size()}; }

std::unexpected<Error> fail(const rocksdb::Status& status) {
  const ErrorCode code = status.IsCorruption() ? ErrorCode::kCorruption : ErrorCode::kUnavailable;
  return roost::fail(code, "database: " + status.ToString());
}

// Ensures: what stands in directory is found there after a power cut, directory itself included.
// RocksDB syncs its own directory and none above it. Which of them are new is not asked: a process
// that died may have made them. A mount point is not, nor is anything above it.
Result<void> sync_upwards(const std::filesystem::path& directory, rocksdb::Env& env) {
  const auto device_of = [](const std::filesystem::path& path) {
    struct stat found = {};
    return ::stat(path.c_str(), &found) == 0 ? std::optional(found.st_dev) : std::nullopt;
  };
  std::error_code error;
  std::filesystem::path at = std::filesystem::canonical(directory, error);
  if (error) {
    return roost::fail(ErrorCode::kUnavailable,
                       "cannot find " + directory.string() + ": " + error.message());
  }
  for (;;) {
    std::unique_ptr<rocksdb::Directory> opened;
    // One that may not be read is not of our making.
    if (env.NewDirectory(at, &opened).ok()) {
      if (const rocksdb::Status status = opened->Fsync(); !status.ok()) return fail(status);
    }
    const std::filesystem::path above = at.parent_path();
    if (above == at || device_of(above) != device_of(at)) return {};
    at = above;
  }
}

}  // namespace

// --- the lock ---

class Database::DirectoryLock {
 public:
  static Result<std::unique_ptr<DirectoryLock>> take(const std::filesystem::path& directory) {
    std::error_code error;
    // All mail and all password hashes are in there.
    if (std::filesystem::create_directories(directory, error)) {
      std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
    }
    if (error) {
      return roost::fail(ErrorCode::kUnavailable,
                         "cannot make " + directory.string() + ": " + error.message());
    }
    const std::string path = directory / "lock";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
      return roost::fail(ErrorCode::kUnavailable,
                         "cannot open " + path + ": " + std::strerror(errno));
    }
    auto lock = std::unique_ptr<DirectoryLock>(new DirectoryLock(fd));
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
    return roost::fail(ErrorCode::kUnavailable,
                       errno == EWOULDBLOCK
                           ? "the store in " + directory.string() + " is in use by another process"
                           : "cannot lock " + path + ": " + std::strerror(errno));
  }
  ~DirectoryLock() { ::close(fd_); }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  const int fd_;
};

// --- opening and closing ---

Database::Database(std::unique_ptr<DirectoryLock> lock, const RocksOptions& options)
    : lock_(std::move(lock)), mode_(options.sync), sync_([this] { return sync_log(); }) {}

Database::~Database() {
  if (!db_) return;
  for (rocksdb::ColumnFamilyHandle* column : handles_) db_->DestroyColumnFamilyHandle(column);
  (void)db_->Close();
}

Result<std::unique_ptr<Database>> Database::open(const RocksOptions& options) {
  auto lock = DirectoryLock::take(options.directory);
  if (!lock) return roost::fail(std::move(lock).error());
  std::unique_ptr<Database> database(new Database(*std::move(lock), options));
  if (auto opened = database->open_columns(options); !opened) {
    return roost::fail(std::move(opened).error());
  }
  if (auto checked = database->check_format(options); !checked) {
    return roost::fail(std::move(checked).error());
  }
  return database;
}

Result<void> Database::open_columns(const RocksOptions& options) {
  const std::filesystem::path directory = options.directory / kDatabaseFolder;
  // RocksDB would make it, too, and log an error first; one that is not ours to solve it reports.
  std::error_code ignored;
  std::filesystem::create_directory(directory, ignored);
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status status = rocksdb::DB::Open(database_options(options), directory,
                                                   column_descriptors(options), &handles, &opened);
  if (!status.ok()) return fail(status);
  db_.reset(opened);
  std::copy_n(handles.begin(), kColumns, handles_.begin());
  db_->DestroyColumnFamilyHandle(handles.back());  // RocksDB's default one is not used
  return {};
}

Result<void> Database::check_format(const RocksOptions& options) {
  const std::string key = meta_key(MetaKind::kFormat);
  const auto row = get(Column::kMeta, key);
  if (!row) return roost::fail(row.error());
  if (!*row) {
    // This row is the first that is acknowledged: where it is, the way to it is durable, too.
    if (mode_ == RocksOptions::Sync::kOn) {
      rocksdb::Env& env = options.env != nullptr ? *options.env : *rocksdb::Env::Default();
      if (auto synced = sync_upwards(options.directory, env); !synced) return synced;
    }
    Writes first(*this);
    first.put(Column::kMeta, key, encode_number(kFormat));
    return write_durably(first);
  }
  const auto format = decode_number(**row);
  if (!format || *format != kFormat) {
    return roost::fail(ErrorCode::kCorruption, "the store was written by another version of Roost");
  }
  return {};
}

// --- reading ---

Result<bool> Database::get(Column column, std::string_view key, rocksdb::PinnableSlice& value) {
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), handle(column), slice(key), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return fail(status);
  return true;
}

Result<std::optional<std::string>> Database::get(Column column, std::string_view key) {
  rocksdb::PinnableSlice value;
  const auto found = get(column, key, value);
  if (!found) return roost::fail(found.error());
  return *found ? std::optional(value.ToString()) : std::nullopt;
}

Scan::Scan(Database& database, Column column, const std::string& prefix, Kind kind)
    : Scan(database, column, prefix, prefix, kind, nullptr) {}

Scan::Scan(Database& database, Column column, const std::string& prefix, std::string_view start)
    : Scan(database, column, prefix, start, Kind::kShort, nullptr) {}

Scan::Scan(const Snapshot& snapshot, Column column, const std::string& prefix, Kind kind)
    : Scan(snapshot.database_, column, prefix, prefix, kind, snapshot.snapshot_) {}

Scan::Scan(Database& database, Column column, const std::string& prefix, std::string_view start,
           Kind kind, const rocksdb::Snapshot* snapshot)
    : upper_bound_(key_after(prefix)), upper_bound_slice_(upper_bound_) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  if (!upper_bound_.empty()) options.iterate_upper_bound = &upper_bound_slice_;
  if (kind == Kind::kBulk) {
    options.readahead_size = 1 << 20;
    options.fill_cache = false;
  }
  iterator_.reset(database.db_->NewIterator(options, database.handle(column)));
  seek(start);
}

Result<void> Scan::status() const {
  if (const rocksdb::Status status = iterator_->status(); !status.ok()) return fail(status);
  return {};
}

Snapshot::Snapshot(Database& database)
    : database_(database), snapshot_(database.db_->GetSnapshot()) {}

Snapshot::~Snapshot() { database_.db_->ReleaseSnapshot(snapshot_); }

Result<std::optional<std::string>> Snapshot::get(Column column, std::string_view key) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  std::string value;
  const rocksdb::Status status =
      database_.db_->Get(options, database_.handle(column), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return fail(status);
  return value;
}

// --- writing ---

void Writes::put(Column column, std::string_view key, std::string_view value) {
  batch_.Put(database_.handle(column), slice(key), slice(value));
}

void Writes::put(Column column, std::string_view key, std::string_view value_head,
                 std::string_view value_tail) {
  const rocksdb::Slice key_part = slice(key);
  const rocksdb::Slice value_parts[] = {slice(value_head), slice(value_tail)};
  batch_.Put(database_.handle(column), rocksdb::SliceParts(&key_part, 1),
             rocksdb::SliceParts(value_parts, 2));
}

void Writes::erase(Column column, std::string_view key) {
  batch_.Delete(database_.handle(column), slice(key));
}

void Writes::erase_prefix(Column column, const std::string& prefix) {
  ROOST_CHECK(erases_ranges(column));
  batch_.DeleteRange(database_.handle(column), slice(prefix), slice(key_after(prefix)));
}

Result<void> Database::write(Writes& writes) {
  if (auto failure = sync_.failure()) return roost::fail(*std::move(failure));
  const rocksdb::Status status = db_->Write(rocksdb::WriteOptions(), &writes.batch_);
  if (status.ok()) return {};
  // Whether the log has some of it is unknown: nothing may follow it.
  const Error error{ErrorCode::kUnavailable, "database: " + status.ToString()};
  sync_.fail_with(error);
  return roost::fail(error);
}

Result<void> Database::write_durably(Writes& writes) {
  if (auto written = write(writes); !written) return written;
  return sync();
}

Result<void> Database::sync_log() {
  if (mode_ == RocksOptions::Sync::kOff) return {};
  const rocksdb::Status status = db_->SyncWAL();
  if (status.ok()) return {};
  return roost::fail(ErrorCode::kUnavailable, "the disk did not take a sync: " + status.ToString());
}

}  // namespace roost::store
