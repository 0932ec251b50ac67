// The lines of a passwd-file, as Dovecot and others keep their users in:
//
//   line = name ":" password [":" ignored]        password = ["{" SCHEME "}"] hash
//
// Empty lines and lines that begin with "#" say nothing. A file with one bad line is refused whole,
// and the error names the line: half an import is worse than none.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace roost::auth {

// Names and hashes to store, {PLAIN} hashed (password.h: 0.2 ms each). kInvalid, "line 7: …".
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> parse_passwd_file(
    std::string_view text);

}  // namespace roost::auth
