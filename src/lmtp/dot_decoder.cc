// The transparency of DATA: see the header. Inside a line the octets are copied up to the next CR
// at once; the machine is stepped only at line ends.
#include "lmtp/dot_decoder.h"

#include <algorithm>

namespace roost::lmtp {

void DotDecoder::decode(std::string_view& input, std::string& text) {
  while (!input.empty() && state_ != State::kEnd) {
    if (state_ == State::kText) {
      const std::size_t run = std::min(input.find('\r'), input.size());
      text += input.substr(0, run);
      input.remove_prefix(run);
      if (input.empty()) return;
    }
    state_ = step(input.front(), text);
    input.remove_prefix(1);
  }
}

DotDecoder::State DotDecoder::step(char c, std::string& text) const {
  if (state_ == State::kLineStart && c == '.') return State::kDot;
  if (state_ == State::kDot && c == '\r') return State::kDotCr;
  if (state_ == State::kDotCr) {
    if (c == '\n') return State::kEnd;
    text += '\r';  // it was not the end: only the dot goes
  }
  text += c;
  if (c == '\r') return State::kCr;
  return state_ == State::kCr && c == '\n' ? State::kLineStart : State::kText;
}

}  // namespace roost::lmtp
