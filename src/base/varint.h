// Whole numbers in as few octets as they need: seven bits an octet, lowest first, the high bit set
// on all but the last. For stored forms; whoever reads one must expect any octets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost {

// n in one to ten octets.
inline void append_varint(std::string& out, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) out.push_back(static_cast<char>(n | 0x80));
  out.push_back(static_cast<char>(n));
}

// Signed numbers near zero, of either sign, stay small: 0, -1, 1, -2 … become 0, 1, 2, 3 …
[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t n) {
  return (static_cast<std::uint64_t>(n) << 1) ^ static_cast<std::uint64_t>(n >> 63);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t n) {
  return static_cast<std::int64_t>((n >> 1) ^ (0 - (n & 1)));
}

// Takes values off the front of bytes. An error is sticky: once a value was missing or malformed,
// all that follow are 0 or empty, and ok() is false; so a decoder asks once, at its end.
// Owner of the bytes: the caller, for longer than the reader and what it returned.
class VarintReader {
 public:
  explicit VarintReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t n = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto octet = static_cast<unsigned char>(take(1).front());
      if (shift == 63 && octet > 1) break;
      n |= static_cast<std::uint64_t>(octet & 0x7f) << shift;
      if (octet < 0x80) return n;
    }
    fail();
    return 0;
  }
  std::int64_t signed_number() { return unzigzag(number()); }
  // count octets as they are.
  std::string_view octets(std::uint64_t count) {
    if (count > rest_.size()) {
      fail();
      return {};
    }
    return take(static_cast<std::size_t>(count));
  }
  // A length and that many octets.
  std::string_view string() { return octets(number()); }
  // For a value that is well-formed and makes no sense.
  void fail() {
    ok_ = false;
    rest_ = {};
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

// A length and the octets.
inline void append_counted(std::string& out, std::string_view s) {
  append_varint(out, s.size());
  out.append(s);
}

}  // namespace roost
