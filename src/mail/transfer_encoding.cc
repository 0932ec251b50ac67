#include "mail/transfer_encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"

namespace roost::mail {
namespace {

constexpr std::uint8_t kSkip = 64;
constexpr std::uint8_t kPad = 65;

constexpr std::array<std::uint8_t, 256> make_base64_values() {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> out{};
  out.fill(kSkip);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    out[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  out['='] = kPad;
  return out;
}
constexpr std::array<std::uint8_t, 256> kBase64Values = make_base64_values();

// The length of the line end at the front of s; 0 if there is none.
std::size_t line_end_length(std::string_view s) {
  if (s.starts_with("\r\n")) return 2;
  return s.starts_with('\n') ? 1 : 0;
}

std::size_t blanks_length(std::string_view s) {
  std::size_t n = 0;
  while (n < s.size() && is_blank(s[n])) ++n;
  return n;
}

// Requires: s begins with "=". Appends what the escape stands for and gives its length.
std::size_t decode_escape(std::string_view s, std::string& out) {
  if (s.size() >= 3 && hex_value(s[1]) >= 0 && hex_value(s[2]) >= 0) {
    out.push_back(static_cast<char>(hex_value(s[1]) * 16 + hex_value(s[2])));
    return 3;
  }
  const std::size_t blanks = blanks_length(s.substr(1));
  const std::string_view after = s.substr(1 + blanks);
  if (after.empty()) return s.size();
  if (const std::size_t end = line_end_length(after); end > 0) return 1 + blanks + end;
  out.push_back('=');
  return 1;
}

}  // namespace

std::string decode_mime_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::uint8_t value = kBase64Values[static_cast<unsigned char>(c)];
    if (value < 64) {
      bits = bits << 6 | value;
      count += 6;
      if (count >= 8) {
        count -= 8;
        out.push_back(static_cast<char>(bits >> count));
      }
    } else if (value == kPad) {
      count = 0;  // bodies put together of several encodings go on after it
    }
  }
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t length = 1;
    if (text.front() == '=') {
      length = decode_escape(text, out);
    } else if (is_blank(text.front())) {
      // Blanks at the end of a line were added on the way (RFC 2045 section 6.7, rule 3).
      length = blanks_length(text);
      const std::string_view after = text.substr(length);
      if (!after.empty() && line_end_length(after) == 0) out.append(text.substr(0, length));
    } else {
      length = std::min(text.find_first_of("= \t"), text.size());
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return out;
}

bool is_identity_encoding(std::string_view encoding) {
  return encoding != "base64" && encoding != "quoted-printable";
}

std::string decode_transfer(std::string_view body, std::string_view encoding) {
  if (encoding == "base64") return decode_mime_base64(body);
  if (encoding == "quoted-printable") return decode_quoted_printable(body);
  return std::string(body);
}

}  // namespace roost::mail
