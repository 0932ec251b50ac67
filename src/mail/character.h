// Characters written to and read from UTF-8 (RFC 3629), by ICU.
#pragma once

#include <unicode/utf8.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace roost::mail {

// Requires: c is a Unicode scalar value.
inline void append_utf8(std::string& out, char32_t c) {
  std::array<char, U8_MAX_LENGTH> octets{};
  std::size_t length = 0;
  U8_APPEND_UNSAFE(octets.data(), length, c);
  out.append(octets.data(), length);
}

struct Character {
  char32_t code;
  std::size_t length;  // in octets
};

// What stands at the front of utf8; U+FFFD for octets that are no character. Requires:
// !utf8.empty().
inline Character first_character(std::string_view utf8) {
  constexpr std::size_t kLongest = U8_MAX_LENGTH;
  utf8 = utf8.substr(0, kLongest);
  std::size_t length = 0;
  UChar32 code = 0;
  U8_NEXT_OR_FFFD(utf8.data(), length, utf8.size(), code);
  return {static_cast<char32_t>(code), length};
}

}  // namespace roost::mail
