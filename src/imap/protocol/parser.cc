#include "imap/protocol/parser.h"

#include <limits>

#include "base/ascii.h"
#include "base/utf8.h"
#include "imap/protocol/literal_head.h"
#include "imap/protocol/quirks.h"
#include "imap/protocol/syntax.h"

namespace roost::imap {

void Parser::fail(std::string_view expected) {
  if (!ok()) return;
  const std::size_t octet = frame_.octets.size() - rest_.size() + 1;
  error_ = "expected " + std::string(expected) + " at octet " + std::to_string(octet);
  rest_ = {};
}

std::string_view Parser::take(std::size_t octets) {
  const std::string_view taken = rest_.substr(0, octets);
  rest_.remove_prefix(taken.size());
  return taken;
}

void Parser::end() {
  if (!quirks::may_end(rest_)) return fail("the end of the command");
  rest_ = {};
}

void Parser::space() {
  if (!try_char(' ')) fail("a space");
}

bool Parser::try_char(char c) {
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

void Parser::expect(char c) {
  if (!try_char(c)) fail(std::string("\"") + c + '"');
}

bool Parser::try_word(std::string_view word) {
  if (!starts_with_ignoring_case(rest_, word)) return false;
  if (rest_.size() > word.size() && is_atom_char(rest_[word.size()])) return false;
  rest_.remove_prefix(word.size());
  return true;
}

std::string_view Parser::tag() {
  const std::string_view read = take_while([](char c) { return is_astring_char(c) && c != '+'; });
  if (read.empty()) fail("a tag");
  return read;
}

std::string_view Parser::atom() {
  const std::string_view read = take_while(is_atom_char);
  if (read.empty()) fail("an atom");
  return read;
}

std::string_view Parser::command_name() {
  const std::string_view all = rest_;
  const std::string_view first = atom();
  if (!equal_ignoring_case(first, "UID") || !try_char(' ')) return first;
  const std::string_view second = atom();
  return ok() ? all.substr(0, first.size() + 1 + second.size()) : std::string_view();
}

std::uint64_t Parser::digits(std::uint64_t max) {
  const std::string_view read = take_while(is_digit);
  if (read.empty()) fail("a number");
  std::uint64_t value = 0;
  for (const char c : read) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (max - digit) / 10) {
      fail("a smaller number");
      return 0;
    }
    value = value * 10 + digit;
  }
  return value;
}

std::uint32_t Parser::number() {
  return static_cast<std::uint32_t>(digits(std::numeric_limits<std::uint32_t>::max()));
}

std::uint32_t Parser::nz_number() {
  if (peek() == '0') fail("a number that does not begin with 0");
  return number();
}

std::uint64_t Parser::number64() { return digits(std::numeric_limits<std::int64_t>::max()); }

std::uint64_t Parser::nz_number64() {
  if (peek() == '0') fail("a number that does not begin with 0");
  return number64();
}

std::string Parser::astring() {
  if (peek() == '"' || peek() == '{') return string();
  const std::string_view read = take_while(is_astring_char);
  if (read.empty()) fail("an atom or a string");
  return std::string(read);
}

std::string Parser::string() {
  if (peek() == '"') return quoted();
  if (peek() != '{') {
    fail("a string");
    return {};
  }
  const Literal read = literal();
  if (ok() && !read.octets) fail("a shorter literal");
  if (!ok()) return {};
  if (read.octets->contains('\0')) {
    fail("a literal without NUL");
    return {};
  }
  return std::string(*read.octets);
}

// Octets above 127 are taken: clients send UTF-8 in mailbox names and search texts, and whoever
// uses the string must look at it anyway. Only who has enabled UTF-8 is held to it.
std::string Parser::quoted() {
  expect('"');
  std::string value;
  while (ok() && !try_char('"')) {
    value += take_while(
        [](char c) { return c != '"' && c != '\\' && c != '\r' && c != '\n' && c != '\0'; });
    if (try_char('\\')) {
      if (peek() == '"' || peek() == '\\') {
        value += take(1);
      } else {
        fail("DQUOTE or \"\\\" after \"\\\"");
      }
    } else if (peek() != '"') {
      fail("the DQUOTE that ends the string");
    }
  }
  if (requires_utf8_ && !is_utf8(value)) fail("UTF-8 in the string before");
  return ok() ? value : std::string();
}

std::optional<std::string> Parser::nstring() {
  if (try_word("NIL")) return std::nullopt;
  return string();
}

Parser::Literal Parser::literal() {
  const std::size_t line_end = rest_.find('\n');
  const std::string_view line = rest_.substr(0, line_end);
  LiteralHead head;
  head.feed(line);
  const auto announced = head.announced();
  if (line_end == std::string_view::npos || line.rfind('{') != 0 || !announced) {
    fail("a literal");
    return {};
  }
  (void)take(line_end + 1);
  const std::size_t here = frame_.octets.size() - rest_.size();
  if (std::ranges::binary_search(frame_.streamed, here)) return {.size = announced->size};
  if (announced->size > rest_.size()) {
    fail("the octets of a literal");
    return {};
  }
  return {.size = announced->size, .octets = take(static_cast<std::size_t>(announced->size))};
}

}  // namespace roost::imap
