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

// Blanks that are held back, because a line may end behind them; of more the first are text.
constexpr std::size_t kMaxPending = 1024;

// How many blanks s begins with; of more than are held back, one more than those. So what is
// counted and not taken is little, however long the run is.
std::size_t blanks_length(std::string_view s) {
  std::size_t n = 0;
  while (n < s.size() && n <= kMaxPending && is_blank(s[n])) ++n;
  return n;
}

// Requires: s begins with "=". Appends what the escape stands for and gives its length; 0: what
// follows decides.
std::size_t decode_escape(std::string_view s, bool is_last, std::string& out) {
  if (s.size() >= 3 && hex_value(s[1]) >= 0 && hex_value(s[2]) >= 0) {
    out.push_back(static_cast<char>(hex_value(s[1]) * 16 + hex_value(s[2])));
    return 3;
  }
  if (!is_last && s.size() == 2 && hex_value(s[1]) >= 0) return 0;
  const std::size_t blanks = blanks_length(s.substr(1));
  const std::string_view after = s.substr(1 + blanks);
  if (blanks <= kMaxPending) {
    if (after.empty()) return is_last ? s.size() : 0;
    if (!is_last && after == "\r") return 0;
  }
  if (const std::size_t end = line_end_length(after); end > 0 && blanks <= kMaxPending)
    return 1 + blanks + end;
  out.push_back('=');
  return 1;
}

// Requires: s begins with a blank. The same.
std::size_t decode_blanks(std::string_view s, bool is_last, std::string& out) {
  // Blanks at the end of a line were added on the way (RFC 2045 section 6.7, rule 3).
  const std::size_t length = blanks_length(s);
  if (length > kMaxPending) {
    out.append(s.substr(0, kMaxPending));
    return kMaxPending;
  }
  const std::string_view after = s.substr(length);
  if (!is_last && (after.empty() || after == "\r")) return 0;
  if (!after.empty() && line_end_length(after) == 0) out.append(s.substr(0, length));
  return length;
}

}  // namespace

TransferDecoder::TransferDecoder(std::string_view encoding, LineEnds line_ends)
    : encoding_(encoding == "base64"             ? Encoding::kBase64
                : encoding == "quoted-printable" ? Encoding::kQuotedPrintable
                                                 : Encoding::kIdentity),
      line_ends_(line_ends) {}

void TransferDecoder::feed(std::string_view octets, std::string& out) {
  const std::size_t from = out.size();
  decode(octets, out);
  if (line_ends_ == LineEnds::kCrlf) complete_line_ends(out, from);
}

void TransferDecoder::finish(std::string& out) {
  if (pending_.empty()) return;
  const std::size_t from = out.size();
  const std::string rest = std::move(pending_);
  pending_.clear();
  decode_quoted_printable(rest, true, out);
  if (line_ends_ == LineEnds::kCrlf) complete_line_ends(out, from);
}

void TransferDecoder::decode(std::string_view octets, std::string& out) {
  switch (encoding_) {
    case Encoding::kIdentity:
      out.append(octets);
      return;
    case Encoding::kBase64:
      return decode_base64(octets, out);
    case Encoding::kQuotedPrintable:
      if (pending_.empty()) return decode_quoted_printable(octets, false, out);
      const std::string joined = std::move(pending_) + std::string(octets);
      pending_.clear();
      return decode_quoted_printable(joined, false, out);
  }
}

void TransferDecoder::decode_base64(std::string_view text, std::string& out) {
  for (const char c : text) {
    const std::uint8_t value = kBase64Values[static_cast<unsigned char>(c)];
    if (value < 64) {
      bits_ = bits_ << 6 | value;
      count_ += 6;
      if (count_ >= 8) {
        count_ -= 8;
        out.push_back(static_cast<char>(bits_ >> count_));
      }
    } else if (value == kPad) {
      count_ = 0;  // bodies put together of several encodings go on after it
    }
  }
}

void TransferDecoder::decode_quoted_printable(std::string_view text, bool is_last,
                                              std::string& out) {
  while (!text.empty()) {
    std::size_t length = 1;
    if (text.front() == '=') {
      length = decode_escape(text, is_last, out);
    } else if (is_blank(text.front())) {
      length = decode_blanks(text, is_last, out);
    } else {
      length = std::min(text.find_first_of("= \t"), text.size());
      out.append(text.substr(0, length));
    }
    if (length == 0) {
      pending_ = text;
      return;
    }
    text.remove_prefix(length);
  }
}

void TransferDecoder::complete_line_ends(std::string& out, std::size_t from) {
  std::string completed;
  std::size_t done = from;
  for (std::size_t at = out.find('\n', from); at != std::string::npos;
       at = out.find('\n', at + 1)) {
    if ((at == from ? last_ : out[at - 1]) == '\r') continue;
    completed.append(out, done, at - done).append("\r\n");
    done = at + 1;
  }
  if (out.size() > from) last_ = out.back();
  if (done == from) return;
  completed.append(out, done);
  out.replace(from, std::string::npos, completed);
}

std::string decode_mime_base64(std::string_view text) { return decode_transfer(text, "base64"); }

std::string decode_quoted_printable(std::string_view text) {
  return decode_transfer(text, "quoted-printable");
}

bool is_identity_encoding(std::string_view encoding) {
  return encoding != "base64" && encoding != "quoted-printable";
}

bool is_known_encoding(std::string_view encoding) {
  return !is_identity_encoding(encoding) || encoding == "7bit" || encoding == "8bit" ||
         encoding == "binary";
}

std::string decode_transfer(std::string_view body, std::string_view encoding) {
  std::string out;
  out.reserve(encoding == "base64" ? body.size() / 4 * 3 + 3 : body.size());
  TransferDecoder decoder(encoding);
  decoder.feed(body, out);
  decoder.finish(out);
  return out;
}

}  // namespace roost::mail
