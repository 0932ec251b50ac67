// DotDecoder: the text of DATA (RFC 5321 section 4.5.2, transparency), in pieces of any size.
//
// Only CRLF "." CRLF ends it, and a dot is doubled only after CRLF. A lone CR or LF is an octet of
// the text like any other: servers that took LF "." LF for the end could be sent two messages where
// the relay before them saw one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roost::lmtp {

// One per DATA. Linear in the input, holds no octets.
class DotDecoder {
 public:
  // Takes octets from the front of input, all or up to the end of the text, and appends to text
  // what they mean. The CRLF before the final dot belongs to the text.
  void decode(std::string_view& input, std::string& text);
  [[nodiscard]] bool ended() const { return state_ == State::kEnd; }

 private:
  enum class State : std::uint8_t { kLineStart, kDot, kDotCr, kText, kCr, kEnd };
  // The state after c; appends c, or what was held back and c, to text.
  [[nodiscard]] State step(char c, std::string& text) const;

  State state_ = State::kLineStart;
};

}  // namespace roost::lmtp
