#include "net/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>

namespace roost::net {

namespace {

std::unexpected<Error> no_address(std::string_view text) {
  return fail(ErrorCode::kInvalid,
              "not an address, such as 127.0.0.1:143, [::1]:143, *:143 or unix:/path: " +
                  std::string(text));
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// The IPv4 address in it, if it is ::ffff:a.b.c.d.
std::optional<in_addr> mapped_ipv4(const in6_addr& address) {
  if (!IN6_IS_ADDR_V4MAPPED(&address)) return std::nullopt;
  in_addr inner;
  std::memcpy(&inner, address.s6_addr + 12, sizeof inner);
  return inner;
}

std::string show(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, address, text.data(), text.size());
}

bool is_ipv4_loopback(in_addr address) { return (ntohl(address.s_addr) >> 24) == 127; }

const sockaddr_in& ipv4(const sockaddr_storage& storage) {
  return reinterpret_cast<const sockaddr_in&>(storage);
}
const sockaddr_in6& ipv6(const sockaddr_storage& storage) {
  return reinterpret_cast<const sockaddr_in6&>(storage);
}

}  // namespace

Result<SocketAddress> SocketAddress::parse(std::string_view text) {
  SocketAddress address;
  if (text.starts_with("unix:")) {
    const std::string_view path = text.substr(5);
    auto& to = reinterpret_cast<sockaddr_un&>(address.storage_);
    if (path.empty() || path.size() >= sizeof to.sun_path || path.contains('\0')) {
      return no_address(text);
    }
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, path.size());
    address.length_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return address;
  }

  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return no_address(text);
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return no_address(text);
  std::string host(text.substr(0, colon));

  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage_);
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage_);
  address.any_ = host == "*";
  if (address.any_ || (host.starts_with('[') && host.ends_with(']'))) {
    host = address.any_ ? "::" : host.substr(1, host.size() - 2);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(*port);
    address.length_ = sizeof v6;
    if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) != 1) return no_address(text);
  } else {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(*port);
    address.length_ = sizeof v4;
    if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) != 1) return no_address(text);
  }
  return address;
}

SocketAddress SocketAddress::peer(int socket) {
  SocketAddress address;
  address.length_ = sizeof address.storage_;
  ::getpeername(socket, reinterpret_cast<sockaddr*>(&address.storage_), &address.length_);
  return address;
}

SocketAddress SocketAddress::bound_to(int socket) const {
  if (is_unix()) return *this;
  SocketAddress address = *this;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address.storage_), &address.length_);
  return address;
}

std::string SocketAddress::path() const {
  return reinterpret_cast<const sockaddr_un&>(storage_).sun_path;
}

std::string SocketAddress::host() const {
  switch (family()) {
    case AF_INET:
      return show(AF_INET, &ipv4(storage_).sin_addr);
    case AF_INET6: {
      const in6_addr& address = ipv6(storage_).sin6_addr;
      if (const auto inner = mapped_ipv4(address)) return show(AF_INET, &*inner);
      return show(AF_INET6, &address);
    }
    default:
      return "unix";
  }
}

int SocketAddress::port() const {
  switch (family()) {
    case AF_INET:
      return ntohs(ipv4(storage_).sin_port);
    case AF_INET6:
      return ntohs(ipv6(storage_).sin6_port);
    default:
      return 0;
  }
}

bool SocketAddress::is_loopback() const {
  switch (family()) {
    case AF_INET:
      return is_ipv4_loopback(ipv4(storage_).sin_addr);
    case AF_INET6: {
      const in6_addr& address = ipv6(storage_).sin6_addr;
      if (const auto inner = mapped_ipv4(address)) return is_ipv4_loopback(*inner);
      return IN6_IS_ADDR_LOOPBACK(&address);
    }
    default:
      return true;
  }
}

std::string SocketAddress::to_string() const {
  if (is_unix()) return "unix:" + path();
  const std::string port_text = ":" + std::to_string(port());
  if (any_) return "*" + port_text;
  return (family() == AF_INET6 ? "[" + host() + "]" : host()) + port_text;
}

SocketAddress SocketAddress::any_ipv4() const {
  SocketAddress address;
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage_);
  v4.sin_family = AF_INET;
  v4.sin_port = htons(static_cast<std::uint16_t>(port()));
  address.length_ = sizeof v4;
  address.any_ = true;
  return address;
}

}  // namespace roost::net
