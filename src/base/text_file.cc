#include "base/text_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace roost {

Result<std::string> read_text_file(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream.is_open()) {
    return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
                file.string() + ": " + std::strerror(errno));
  }
  // What a buffer throws when it cannot read, streams catch, and iterators do not.
  std::ostringstream content;
  if (stream.peek() != std::ifstream::traits_type::eof()) content << stream.rdbuf();
  if (stream.bad() || content.fail()) {
    return fail(ErrorCode::kUnavailable, file.string() + ": cannot be read");
  }
  return std::move(content).str();
}

}  // namespace roost
