// A disk for tests: it can be full or refuse to sync, calls back before it syncs, and knows which
// directories were synced and what a power cut would leave of the database's log.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace roost::store {

// Owner: the test; it outlives the store. Any thread.
class TestDisk {
 public:
  TestDisk() : env_(rocksdb::NewCompositeEnv(std::make_shared<FileSystem>(*this))) {}

  [[nodiscard]] rocksdb::Env* env() { return env_.get(); }
  // Set while no other thread uses the disk. Called before the log is synced; false: the sync
  // fails.
  std::function<bool()> before_sync = [] { return true; };
  // While true nothing more is written to any file.
  std::atomic<bool> full = false;
  [[nodiscard]] int syncs() const { return syncs_; }
  [[nodiscard]] std::set<std::filesystem::path> synced_directories() {
    std::lock_guard lock(mutex_);
    return synced_directories_;
  }

  // Copies the directory as a power cut would leave it: of the log files only what was synced.
  void copy_after_power_cut(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::lock_guard lock(mutex_);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
    for (const auto& file : std::filesystem::recursive_directory_iterator(to)) {
      const auto name = file.path().filename().string();
      if (const auto synced = synced_.find(name); synced != synced_.end()) {
        std::filesystem::resize_file(file.path(), synced->second);
      }
    }
  }

 private:
  class File : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, TestDisk& disk)
        : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& octets, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* context) override {
      if (disk_.full) return rocksdb::IOStatus::NoSpace("the test disk is full");
      written_ += octets.size();
      return FSWritableFileOwnerWrapper::Append(octets, options, context);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& octets, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& verification,
                             rocksdb::IODebugContext* context) override {
      if (disk_.full) return rocksdb::IOStatus::NoSpace("the test disk is full");
      written_ += octets.size();
      return FSWritableFileOwnerWrapper::Append(octets, options, verification, context);
    }

   protected:
    TestDisk& disk_;
    std::atomic<std::size_t> written_ = 0;
  };

  class LogFile final : public File {
   public:
    LogFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, TestDisk& disk)
        : File(std::move(file), disk), name_(std::move(name)) {}

    rocksdb::IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
      const std::size_t written = written_;
      ++disk_.syncs_;
      if (!disk_.before_sync()) return rocksdb::IOStatus::IOError("the test disk does not sync");
      std::lock_guard lock(disk_.mutex_);
      disk_.synced_[name_] = written;
      return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* context) override {
      return Sync(options, context);
    }

   private:
    const std::string name_;
  };

  class Directory final : public rocksdb::FSDirectoryWrapper {
   public:
    Directory(std::unique_ptr<rocksdb::FSDirectory> directory, std::filesystem::path path,
              TestDisk& disk)
        : FSDirectoryWrapper(std::move(directory)), path_(std::move(path)), disk_(disk) {}

    // What an Env's directory calls, too.
    rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options,
                                          rocksdb::IODebugContext* context,
                                          const rocksdb::DirFsyncOptions& reason) override {
      const auto status = FSDirectoryWrapper::FsyncWithDirOptions(options, context, reason);
      std::lock_guard lock(disk_.mutex_);
      if (status.ok()) disk_.synced_directories_.insert(path_);
      return status;
    }

   private:
    const std::filesystem::path path_;
    TestDisk& disk_;
  };

  class FileSystem final : public rocksdb::FileSystemWrapper {
   public:
    explicit FileSystem(TestDisk& disk)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(disk) {}
    const char* Name() const override { return "TestDisk"; }

    rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* context) override {
      const auto status = FileSystemWrapper::NewWritableFile(path, options, file, context);
      if (!status.ok()) return status;
      if (!path.ends_with(".log")) {
        *file = std::make_unique<File>(std::move(*file), disk_);
        return status;
      }
      const std::string name = std::filesystem::path(path).filename().string();
      {
        std::lock_guard lock(disk_.mutex_);
        disk_.synced_[name] = 0;
      }
      *file = std::make_unique<LogFile>(std::move(*file), name, disk_);
      return status;
    }
    rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* directory,
                                   rocksdb::IODebugContext* context) override {
      const auto status = FileSystemWrapper::NewDirectory(path, options, directory, context);
      if (status.ok()) {
        *directory = std::make_unique<Directory>(std::move(*directory), path, disk_);
      }
      return status;
    }
    // A log of RocksDB's own would be a file like any other.
    rocksdb::IOStatus NewLogger(const std::string& path, const rocksdb::IOOptions& options,
                                std::shared_ptr<rocksdb::Logger>* logger,
                                rocksdb::IODebugContext* context) override {
      return rocksdb::FileSystem::NewLogger(path, options, logger, context);
    }

   private:
    TestDisk& disk_;
  };

  std::mutex mutex_;
  std::map<std::string, std::size_t> synced_;  // octets of each log file
  std::set<std::filesystem::path> synced_directories_;
  std::atomic<int> syncs_ = 0;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace roost::store
