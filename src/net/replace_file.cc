#include "net/replace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "net/fd.h"

namespace roost::net {

Result<void> replace_file(const std::string& path, std::string_view content, mode_t mode) {
  const std::string fresh = path + ".new";
  const auto failed = [&] {
    const int error = errno;
    ::unlink(fresh.c_str());  // as much of it as there is
    return fail(ErrorCode::kUnavailable, fresh + ": " + std::strerror(error));
  };
  ::unlink(fresh.c_str());
  const Fd file(::open(fresh.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode));
  if (!file.is_open()) return failed();
  errno = ENOSPC;  // for a write that is short
  const ssize_t written = ::write(file.get(), content.data(), content.size());
  if (written != static_cast<ssize_t>(content.size()) || ::fsync(file.get()) != 0 ||
      ::rename(fresh.c_str(), path.c_str()) != 0) {
    return failed();
  }
  const std::string folder = std::filesystem::path(path).parent_path();
  const Fd directory(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) return failed();
  return {};
}

}  // namespace roost::net
