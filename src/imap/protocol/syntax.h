// The character classes of RFC 3501 section 9, shared by Parser and ResponseWriter. CHAR is 7-bit:
// an octet above 127 stands in no atom.
#pragma once

#include <string_view>

#include "base/ascii.h"

namespace roost::imap {

// ATOM-CHAR: any CHAR but "(" ")" "{" SP CTL "%" "*" DQUOTE "\" "]".
[[nodiscard]] constexpr bool is_atom_char(char c) {
  return is_printable(c) && !std::string_view("({) %*\"\\]").contains(c);
}
// ASTRING-CHAR: ATOM-CHAR or "]".
[[nodiscard]] constexpr bool is_astring_char(char c) { return is_atom_char(c) || c == ']'; }
// list-char: ATOM-CHAR, list-wildcards or "]".
[[nodiscard]] constexpr bool is_list_char(char c) {
  return is_astring_char(c) || c == '%' || c == '*';
}

}  // namespace roost::imap
