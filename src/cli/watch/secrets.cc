#include "cli/watch/secrets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "net/fd.h"

namespace roost::cli {

Result<std::string> read_password_file(const std::string& path) {
  // Looked at and read by one descriptor, so that nobody exchanges it in between.
  const net::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable;
    return fail(code, path + ": " + std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kInvalid, path + ": is no file");
  if (status.st_uid != ::geteuid()) {
    return fail(ErrorCode::kNoPermission, path + ": belongs to somebody else");
  }
  if ((status.st_mode & 0077) != 0) {
    return fail(ErrorCode::kNoPermission, path + ": others may use it; chmod 600 " + path);
  }
  std::array<char, 4096> buffer{};
  const ssize_t octets = ::read(file.get(), buffer.data(), buffer.size());
  if (octets < 0) return fail(ErrorCode::kUnavailable, path + ": " + std::strerror(errno));
  std::string secret(buffer.data(), static_cast<std::size_t>(octets));
  const std::size_t end = secret.find_first_of("\r\n");
  if (end == std::string::npos && secret.size() == buffer.size()) {
    return fail(ErrorCode::kInvalid, path + ": holds more than a password");
  }
  secret.resize(std::min(secret.size(), end));
  if (secret.empty()) return fail(ErrorCode::kInvalid, path + ": holds no password");
  return secret;
}

}  // namespace roost::cli
