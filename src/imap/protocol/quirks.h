// Quirks: what named clients send that RFC 3501 does not allow and Roost takes all the same. Each
// has its switch here and its line in docs/quirks.md; nothing outside this file bends a rule.
#pragma once

#include <string_view>

#include "base/ascii.h"

namespace roost::imap::quirks {

// Clients that copy a message's FETCH FLAGS into STORE or APPEND send \Recent, which only a server
// can set. It is dropped; the other flags count.
inline constexpr bool kRecentInFlagList = true;

// Old aioimaplib ends "IDLE" with a space, others end any command or DONE with blanks.
inline constexpr bool kBlanksAtEnd = true;

[[nodiscard]] constexpr bool is_dropped_flag(std::string_view flag) {
  return kRecentInFlagList && equal_ignoring_case(flag, "\\Recent");
}

// Whether a command may end where this is all that is left of it.
[[nodiscard]] constexpr bool may_end(std::string_view rest) {
  if (!kBlanksAtEnd) return rest.empty();
  return rest.find_first_not_of(" \t") == std::string_view::npos;
}

}  // namespace roost::imap::quirks
