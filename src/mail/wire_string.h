// IMAP's string and nstring (RFC 3501 section 4.3): quoted if it can be, else a literal.
//
// A quoted string may hold neither line ends nor octets above 127. NUL can stand in neither form:
// it is left out. Long strings become literals, because clients read quoted ones as part of a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::mail {

inline constexpr std::size_t kMaxQuoted = 1000;  // octets

// True if s may be sent as a quoted string.
[[nodiscard]] bool is_quotable(std::string_view s);
// Requires: is_quotable(s), or a client that takes UTF-8 in quoted strings, and no line ends in s.
void append_quoted(std::string& out, std::string_view s);
void append_literal(std::string& out, std::string_view s);  // "{n}\r\n" and the octets
void append_string(std::string& out, std::string_view s);
void append_nstring(std::string& out, const std::optional<std::string>& s);  // NIL for nothing

}  // namespace roost::mail
