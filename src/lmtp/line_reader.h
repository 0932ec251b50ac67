// LineReader: cuts command lines (RFC 5321 section 2.3.8) out of pieces of input.
//
// Only CRLF ends a line. A lone CR or LF stays in it, and the line is then refused as a whole: to
// accept it as an end would let whoever smuggles one into an address smuggle a command behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost::lmtp {

// Owner: the session. Memory: kMaxLine and one piece of input.
class LineReader {
 public:
  // With the CRLF. RFC 5321 says 512; MAIL with its parameters may have some hundred more.
  static constexpr std::size_t kMaxLine = 4096;

  struct Line {
    std::string text;  // without the CRLF
    enum class Kind : std::uint8_t { kWhole, kTooLong } kind = Kind::kWhole;
  };

  // Takes octets from the front of input, up to the end of the line or all there is.
  [[nodiscard]] std::optional<Line> next(std::string_view& input);

 private:
  std::string line_;
  bool too_long_ = false;
};

}  // namespace roost::lmtp
