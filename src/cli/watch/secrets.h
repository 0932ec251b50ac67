// Where a password comes from that no command gives: a file that only its owner may read, or the
// terminal. Never the command line, which others can see.
#pragma once

#include <string>

#include "base/error.h"

namespace roost::cli {

// The first line. kNoPermission: the file is not ours, or others may read or write it. kNotFound,
// kUnavailable; kInvalid: it is empty, or no file.
[[nodiscard]] Result<std::string> read_password_file(const std::string& path);

}  // namespace roost::cli
