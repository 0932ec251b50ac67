#include "base/toml_reader.h"

#include <fstream>
#include <sstream>

namespace roost {

Result<std::string> read_text_file(const std::filesystem::path& file) {
  std::error_code trouble;
  if (!std::filesystem::exists(file, trouble)) {
    return fail(ErrorCode::kNotFound, fmt::format("{}: no such file", file.string()));
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (stream.peek() != std::ifstream::traits_type::eof()) content << stream.rdbuf();
  if (!stream.is_open() || stream.bad() || content.bad()) {
    return fail(ErrorCode::kUnavailable, fmt::format("{}: cannot be read", file.string()));
  }
  return std::move(content).str();
}

}  // namespace roost
