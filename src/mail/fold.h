// i;unicode-casemap (RFC 5051), the collation of SEARCH, SORT and THREAD (I18NLEVEL=1, RFC 5255
// section 4.3): each character to title case, then decomposed (NFKD); compared by octets. So
// composed and decomposed letters are the same, and so are wide and narrow ones. ASCII stays on
// octets: only what is not ASCII goes through ICU.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roost::mail {

// How many octets of s, from the front, are ASCII.
[[nodiscard]] std::size_t ascii_prefix(std::string_view s);

// utf8 as it is compared (section 2). What is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string fold(std::string_view utf8);

// True if folded contains needle, both as fold() makes them. Linear.
[[nodiscard]] bool contains(std::string_view folded, std::string_view needle);

}  // namespace roost::mail
