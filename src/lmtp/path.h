// Path: a reverse-path or forward-path (RFC 5321 section 4.1.2; RFC 6531 section 3.3 for UTF-8).
//
//   Path = "<" [ A-d-l ":" ] Mailbox ">"        Reverse-path = Path / "<>"
//   Mailbox = Local-part "@" ( Domain / address-literal )
//
// A source route is accepted and dropped. <postmaster> without a domain is a path too (section
// 4.1.1.3). Dots may stand where Dot-string has none: such addresses exist.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace roost::lmtp {

// RFC 5321 asks for 256 and for more where possible; this much still fits a reply line.
inline constexpr std::size_t kMaxPath = 400;

struct Path {
  std::string local_part;  // what a Quoted-string means, without the quotes
  std::string domain;      // empty for <> and for <postmaster>
  std::string text;        // as it was written between "<" and ">", without source route

  [[nodiscard]] bool is_null() const { return text.empty(); }
  [[nodiscard]] bool is_ascii() const;
};

// Takes a path from the front of arguments; nothing for a syntax error, for more than kMaxPath
// octets, and for octets that are no UTF-8.
[[nodiscard]] std::optional<Path> take_path(std::string_view& arguments);

}  // namespace roost::lmtp
