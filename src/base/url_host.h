// The host and port of a URL (RFC 3986 section 3.2): host [":" port], what stands in the authority
// behind the user.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost {

struct UrlHost {
  std::string name;  // an IPv6 address without its brackets
  std::uint16_t port = 0;
  bool operator==(const UrlHost&) const = default;
};

// Nothing: no host, or one that is neither a name nor an address; an empty port, or 0.
[[nodiscard]] std::optional<UrlHost> url_host(std::string_view text, std::uint16_t usual_port);

}  // namespace roost
