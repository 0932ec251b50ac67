// Base64 (RFC 4648 section 4), strict: the padding must be there and the unused bits zero, so that
// each string of octets has exactly one encoding. Line breaks are not skipped; base64 in a message
// body (RFC 2045) is another, lenient, thing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost {

[[nodiscard]] std::string encode_base64(std::string_view octets);
// Nothing if it is not base64.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace roost
