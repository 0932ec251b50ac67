#include "imap/protocol/literal_head.h"

#include "base/ascii.h"

namespace roost::imap {
namespace {

constexpr std::uint64_t kMaxSize = std::numeric_limits<std::int64_t>::max();

std::uint64_t append_digit(std::uint64_t size, char digit) {
  const auto value = static_cast<std::uint64_t>(digit - '0');
  return size > (kMaxSize - value) / 10 ? LiteralHead::kTooLarge : size * 10 + value;
}

}  // namespace

void LiteralHead::feed(char c) {
  if (c == '{') {
    at_ = At::kOpen;
    size_ = 0;
  } else if (is_digit(c) && (at_ == At::kOpen || at_ == At::kDigits)) {
    at_ = At::kDigits;
    size_ = append_digit(size_, c);
  } else if (c == '+' && at_ == At::kDigits) {
    at_ = At::kPlus;
  } else if (c == '}' && (at_ == At::kDigits || at_ == At::kPlus)) {
    synchronizing_ = at_ == At::kPlus ? Synchronizing::kNo : Synchronizing::kYes;
    at_ = At::kClosed;
  } else if (c == '\r' && at_ == At::kClosed) {
    at_ = At::kReturn;
  } else {
    at_ = At::kOutside;
  }
}

std::optional<LiteralHead::Announced> LiteralHead::announced() const {
  if (at_ != At::kClosed && at_ != At::kReturn) return std::nullopt;
  return Announced{.size = size_, .synchronizing = synchronizing_};
}

bool string_may_begin(std::string_view line_before) {
  bool quoted = false;
  for (std::size_t i = 0; i < line_before.size(); ++i) {
    if (line_before[i] == '"') quoted = !quoted;
    if (line_before[i] == '\\' && quoted) ++i;
  }
  return !quoted && !line_before.empty() && std::string_view(" (~").contains(line_before.back());
}

}  // namespace roost::imap
