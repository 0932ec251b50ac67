// Content-Transfer-Encoding (RFC 2045 section 6), decoded as far as it goes: what is no Base64 is
// skipped, a broken "=" of quoted-printable stands for itself, a body may end anywhere. For strict
// Base64, of SASL and keys, see base/base64.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roost::mail {

// Decodes a body that comes in pieces of any size; memory is a line end's worth. However it was
// cut, what comes out is the same. encoding in lower case.
class TransferDecoder {
 public:
  // kCrlf: a line feed that stands alone becomes CRLF (RFC 3516 section 6).
  enum class LineEnds : std::uint8_t { kAsTheyAre, kCrlf };
  explicit TransferDecoder(std::string_view encoding, LineEnds line_ends = LineEnds::kAsTheyAre);

  void feed(std::string_view octets, std::string& out);
  // What was held back because of what might have followed.
  void finish(std::string& out);

 private:
  enum class Encoding : std::uint8_t { kIdentity, kBase64, kQuotedPrintable };
  void decode(std::string_view octets, std::string& out);
  void decode_base64(std::string_view text, std::string& out);
  void decode_quoted_printable(std::string_view text, bool is_last, std::string& out);
  void complete_line_ends(std::string& out, std::size_t from);

  Encoding encoding_;
  LineEnds line_ends_;
  char last_ = 0;           // octet that came out
  std::uint8_t count_ = 0;  // of bits
  std::uint32_t bits_ = 0;  // of Base64, not yet an octet
  std::string pending_;     // of quoted-printable
};

[[nodiscard]] std::string decode_mime_base64(std::string_view text);
[[nodiscard]] std::string decode_quoted_printable(std::string_view text);

// True of 7bit, 8bit, binary and what nobody knows: the octets are what they are.
[[nodiscard]] bool is_identity_encoding(std::string_view encoding);
// True of what RFC 2045 section 6.1 names: then the octets that were encoded are known.
[[nodiscard]] bool is_known_encoding(std::string_view encoding);
// encoding in lower case.
[[nodiscard]] std::string decode_transfer(std::string_view body, std::string_view encoding);

}  // namespace roost::mail
