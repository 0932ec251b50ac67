// The pattern of LIST and LSUB: reference and mailbox name are one string with "*" and "%" in it
// (RFC 3501 section 6.3.8).
#pragma once

#include <string>
#include <string_view>

#include "mail/mailbox_name.h"

namespace roost::imap {

// In UTF-8. A pattern that is no modified UTF-7 is taken as it is, and matches nothing.
[[nodiscard]] inline std::string list_pattern(std::string_view reference,
                                              std::string_view pattern) {
  const std::string wire = std::string(reference) + std::string(pattern);
  return mail::decode_modified_utf7(wire).value_or(wire);
}

}  // namespace roost::imap
