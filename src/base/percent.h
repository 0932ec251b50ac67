// Percent-encoding of URL components (RFC 3986 section 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost {

// Everything but unreserved characters is encoded.
[[nodiscard]] std::string percent_encode(std::string_view octets);
// Nothing if a "%" is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace roost
