// The form in which texts are compared without regard to case (RFC 5051 in spirit): full Unicode
// case folding ("ß" as "ss", every sigma as "σ"), then NFC, so that composed and decomposed letters
// are the same. ASCII stays on octets: only what is not ASCII goes through ICU.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roost::mail {

// How many octets of s, from the front, are ASCII.
[[nodiscard]] std::size_t ascii_prefix(std::string_view s);

// utf8 as it is compared. What is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string fold(std::string_view utf8);

// True if folded contains needle, both as fold() makes them. Linear.
[[nodiscard]] bool contains(std::string_view folded, std::string_view needle);

}  // namespace roost::mail
