// Modified UTF-7 (RFC 3501 section 5.1.3): printable ASCII stands for itself, "&" is "&-", and all
// else is UTF-16 in base64 between "&" and "-", with "," for "/" and no padding.
#include <unicode/utf16.h>

#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "mail/character.h"
#include "mail/mailbox_name.h"

namespace roost::mail {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

constexpr std::array<std::int16_t, 256> kValues = [] {
  std::array<std::int16_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int16_t>(i);
  }
  return values;
}();

std::unexpected<Error> malformed(std::string detail) {
  return fail(ErrorCode::kInvalid, "modified UTF-7: " + std::move(detail));
}

// What stands between "&" and "-", as UTF-16.
Result<std::u16string> decode_base64(std::string_view base64) {
  std::u16string units;
  std::uint32_t bits = 0;
  unsigned count = 0;  // of bits not yet used
  for (const char c : base64) {
    const int value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return malformed("not base64");
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 16) continue;
    count -= 16;
    units += static_cast<char16_t>(bits >> count);
    bits &= (1U << count) - 1;
  }
  if (count >= 6 || bits != 0) return malformed("octets left over");
  return units;
}

Result<void> append_shifted(std::string_view base64, std::string& out) {
  const auto units = decode_base64(base64);
  if (!units) return fail(units.error());
  for (std::size_t i = 0; i < units->size();) {
    UChar32 c = 0;
    U16_NEXT(units->data(), i, units->size(), c);
    if (U_IS_SURROGATE(c)) return malformed("a surrogate without its other half");
    if (c >= 0x20 && c < 0x7f) return malformed("printable ASCII in base64");
    append_utf8(out, static_cast<char32_t>(c));
  }
  return {};
}

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void plain(char c) {
    end_shift();
    out_ += c;
    if (c == '&') out_ += '-';
  }

  void shifted(UChar32 c) {
    if (!shifting_) out_ += '&';
    shifting_ = true;
    if (c > 0xffff) {
      unit(U16_LEAD(c));
      unit(U16_TRAIL(c));
    } else {
      unit(static_cast<char16_t>(c));
    }
  }

  void end_shift() {
    if (!shifting_) return;
    if (count_ > 0) out_ += kAlphabet[(bits_ << (6 - count_)) & 0x3f];
    out_ += '-';
    count_ = 0;
    shifting_ = false;
  }

 private:
  void unit(char16_t value) {
    bits_ = (bits_ << 16) | value;
    count_ += 16;
    while (count_ >= 6) {
      count_ -= 6;
      out_ += kAlphabet[(bits_ >> count_) & 0x3f];
    }
  }

  std::string& out_;
  bool shifting_ = false;
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;  // of the low bits of bits_ that are not written yet
};

}  // namespace

Result<std::string> decode_modified_utf7(std::string_view wire) {
  std::string out;
  bool after_shift = false;  // nothing stood between the last "-" and here
  for (std::size_t i = 0; i < wire.size();) {
    if (!is_printable(wire[i])) return malformed("an octet that is not printable ASCII");
    if (wire[i] != '&') {
      out += wire[i++];
      after_shift = false;
      continue;
    }
    const std::size_t end = wire.find('-', i + 1);
    if (end == std::string_view::npos) return malformed("\"&\" without its \"-\"");
    const std::string_view base64 = wire.substr(i + 1, end - i - 1);
    if (base64.empty()) {
      out += '&';
      after_shift = false;
    } else {
      if (after_shift) return malformed("two shifts that should be one");
      if (auto appended = append_shifted(base64, out); !appended) return fail(appended.error());
      after_shift = true;
    }
    i = end + 1;
  }
  return out;
}

std::string encode_modified_utf7(std::string_view utf8) {
  std::string out;
  Encoder encoder(out);
  while (!utf8.empty()) {
    const Character next = first_character(utf8);
    if (next.code >= 0x20 && next.code < 0x7f) {
      encoder.plain(static_cast<char>(next.code));
    } else {
      encoder.shifted(static_cast<UChar32>(next.code));
    }
    utf8.remove_prefix(next.length);
  }
  encoder.end_shift();
  return out;
}

}  // namespace roost::mail
