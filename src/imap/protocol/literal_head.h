// The head of a literal: "{" number ["+"] "}" at the end of a line (RFC 3501 section 4.3, RFC 7888
// section 8). Fed octet by octet, so that a line which is being discarded needs no buffer: what
// counts is how it ends.
//
// A quoted string cannot end a line with a head, whatever it contains: its closing DQUOTE would
// stand behind the "}".
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace roost::imap {

enum class Synchronizing : std::uint8_t { kYes, kNo };

class LiteralHead {
 public:
  // Sizes above 2^63-1 (number64 of RFC 9051) are all kTooLarge.
  static constexpr std::uint64_t kTooLarge = std::numeric_limits<std::uint64_t>::max();

  struct Announced {
    std::uint64_t size;
    Synchronizing synchronizing;
  };

  void feed(char c);
  void feed(std::string_view octets) {
    for (const char c : octets) feed(c);
  }
  // What the octets so far end in, a CR after it or not.
  [[nodiscard]] std::optional<Announced> announced() const;

 private:
  enum class At : std::uint8_t { kOutside, kOpen, kDigits, kPlus, kClosed, kReturn };
  At at_ = At::kOutside;
  Synchronizing synchronizing_ = Synchronizing::kYes;
  std::uint64_t size_ = 0;
};

// Whether a string, and so a literal, may begin where this is what stands before it on its line:
// after SP, "(" or "~" (literal8), and not within a quoted string.
[[nodiscard]] bool string_may_begin(std::string_view line_before);

}  // namespace roost::imap
