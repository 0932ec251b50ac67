#include "base/url_host.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/ascii.h"

namespace roost {

std::optional<UrlHost> url_host(std::string_view text, std::uint16_t usual_port) {
  UrlHost host{.name = {}, .port = usual_port};
  std::size_t end = std::min(text.find(':'), text.size());
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host.name = text.substr(1, end - 1);
    ++end;
  } else {
    host.name = text.substr(0, end);
  }
  const bool good = std::ranges::all_of(
      host.name, [](char c) { return is_alnum(c) || std::string_view("-._:").contains(c); });
  if (!good || host.name.empty()) return std::nullopt;
  if (end == text.size()) return host;
  const char* const last = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + end + 1, last, host.port);
  if (text[end] != ':' || error != std::errc() || stop != last || host.port == 0) {
    return std::nullopt;
  }
  return host;
}

}  // namespace roost
