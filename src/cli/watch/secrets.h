// A password from a file that only its owner may read.
#pragma once

#include <string>

#include "base/error.h"

namespace roost::cli {

// The first line. kNoPermission: the file is not ours, or others may read or write it. kNotFound,
// kUnavailable; kInvalid: it is empty, or no file, or its
// line is longer than 4095 octets.
[[nodiscard]] Result<std::string> read_password_file(const std::string& path);

}  // namespace roost::cli
