// The argument of CANCELUPDATE (RFC 5267 section 4.3.5).
#pragma once

#include <string>
#include <vector>

#include "imap/protocol/parser.h"

namespace roost::imap {

// 1*(SP quoted): the tags of searching commands.
[[nodiscard]] std::vector<std::string> context_tags(Parser& parser);

}  // namespace roost::imap
