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

// One character may become eighteen. Text that has grown to so many octets ends there.
inline constexpr std::size_t kMaxGrown = std::size_t{128} << 20;

// utf8 as it is compared (section 2). What is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string fold(std::string_view utf8);

// Where needle is in folded, both as fold() makes them; npos: nowhere. Linear.
[[nodiscard]] std::size_t find(std::string_view folded, std::string_view needle);
[[nodiscard]] inline bool contains(std::string_view folded, std::string_view needle) {
  return find(folded, needle) != std::string_view::npos;
}

}  // namespace roost::mail
