// Base64 (RFC 4648 section 4): with padding, without line breaks. Strict: what decode accepts is
// the one encoding of its octets. MIME bodies, where junk must be forgiven, are read elsewhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::base64 {

[[nodiscard]] std::string encode(std::string_view octets);
// Nothing if text has other characters, lacks padding, or ends in bits that are not zero.
[[nodiscard]] std::optional<std::string> decode(std::string_view text);

}  // namespace roost::base64
