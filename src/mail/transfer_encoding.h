// Content-Transfer-Encoding (RFC 2045 section 6), decoded as far as it goes: what is no Base64 is
// skipped, a broken "=" of quoted-printable stands for itself, a body may end anywhere. For strict
// Base64, of SASL and keys, see base/base64.h.
#pragma once

#include <string>
#include <string_view>

namespace roost::mail {

[[nodiscard]] std::string decode_mime_base64(std::string_view text);
[[nodiscard]] std::string decode_quoted_printable(std::string_view text);

// True of 7bit, 8bit, binary and what nobody knows: the octets are what they are.
[[nodiscard]] bool is_identity_encoding(std::string_view encoding);
// encoding in lower case.
[[nodiscard]] std::string decode_transfer(std::string_view body, std::string_view encoding);

}  // namespace roost::mail
