// A command line cut into words as a POSIX shell quotes them (XCU section 2.2): backslash, '…' and
// "…". Nothing else of a shell: no variables, no patterns, no pipes, so nothing in it can run away.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace roost::cli {

// kInvalid: a quote that does not end, or no word at all.
[[nodiscard]] Result<std::vector<std::string>> split_words(std::string_view line);

}  // namespace roost::cli
