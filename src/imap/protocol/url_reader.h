// UrlReader: what all IMAP URLs are read with (RFC 5092 section 11), from the front.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/percent.h"

namespace roost::imap {

// bchar, and "%" for pct-encoded: what enc-mailbox and enc-section are made of.
[[nodiscard]] constexpr bool is_bchar(char c) {
  return is_alnum(c) || std::string_view("-._~!$'()*+,&=:@/%").contains(c);
}

// Reads a URL from its front. Errors are sticky.
class UrlReader {
 public:
  explicit UrlReader(std::string_view rest) : rest_(rest) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  bool try_word(std::string_view word) {
    if (!starts_with_ignoring_case(rest_, word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void expect(std::string_view word) { ok_ = try_word(word) && ok_; }

  std::uint32_t number() {
    const auto end = std::ranges::find_if_not(rest_, is_digit);
    const auto digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    std::uint64_t value = 0;
    for (const char c : digits) {
      value = std::min<std::uint64_t>(value * 10 + static_cast<unsigned>(c - '0'), 1ULL << 32);
    }
    ok_ = ok_ && !digits.empty() && value <= std::numeric_limits<std::uint32_t>::max();
    rest_.remove_prefix(digits.size());
    return ok_ ? static_cast<std::uint32_t>(value) : 0;
  }
  std::uint32_t nz_number() {
    ok_ = ok_ && !rest_.starts_with('0');
    return number();
  }
  // 1*bchar up to a parameter or the end, decoded.
  std::string encoded() {
    const std::size_t semicolon = std::min(rest_.find(';'), rest_.size());
    std::string_view text = rest_.substr(0, semicolon);
    if (semicolon < rest_.size() && text.ends_with('/')) text.remove_suffix(1);
    rest_.remove_prefix(text.size());
    auto decoded = percent_decode(text);
    ok_ = ok_ && !text.empty() && std::ranges::all_of(text, is_bchar) && decoded;
    return ok_ ? *std::move(decoded) : std::string();
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace roost::imap
