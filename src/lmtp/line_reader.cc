// Command lines out of pieces: see the header.
#include "lmtp/line_reader.h"

#include <utility>

namespace roost::lmtp {

std::optional<LineReader::Line> LineReader::next(std::string_view& input) {
  while (!input.empty()) {
    const std::size_t lf = input.find('\n');
    const std::size_t taken = lf == std::string_view::npos ? input.size() : lf + 1;
    line_ += input.substr(0, taken);
    input.remove_prefix(taken);
    if (line_.size() > kMaxLine) {
      too_long_ = true;
      line_.erase(0, line_.size() - 2);  // enough to see the CRLF
    }
    if (!line_.ends_with("\r\n")) continue;

    Line line{.text = std::exchange(line_, {}),
              .kind = too_long_ ? Line::Kind::kTooLong : Line::Kind::kWhole};
    line.text.resize(line.text.size() - 2);
    too_long_ = false;
    return line;
  }
  return std::nullopt;
}

}  // namespace roost::lmtp
