// Whether octets are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace roost {

[[nodiscard]] constexpr bool is_utf8(std::string_view s) {
  // At i: how many octets may follow the first, and the range of the second (RFC 3629 section 4).
  for (std::size_t i = 0; i < s.size();) {
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(s[at]); };
    const unsigned first = octet(i++);
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    const std::size_t tail = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (s.size() - i < tail) return false;
    const unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (octet(i) < low || octet(i) > high) return false;
    for (std::size_t k = 1; k < tail; ++k) {
      if ((octet(i + k) & 0xc0) != 0x80) return false;
    }
    i += tail;
  }
  return true;
}

}  // namespace roost
