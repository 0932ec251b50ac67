// Small text files as a whole: configurations, and what a program has kept.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace roost {

// kNotFound: there is none. kUnavailable: it cannot be read, as a folder.
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& file);

}  // namespace roost
