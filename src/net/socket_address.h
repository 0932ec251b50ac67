// SocketAddress: where to listen, and who called: an IPv4 or IPv6 address with a port, or the path
// of a Unix socket. As text: "127.0.0.1:143", "[::1]:143", "*:143" (every address, IPv6 and IPv4),
// "unix:/path". Names are not looked up.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "base/error.h"

namespace roost::net {

class SocketAddress {
 public:
  [[nodiscard]] static Result<SocketAddress> parse(std::string_view text);  // kInvalid
  [[nodiscard]] static SocketAddress peer(int socket);
  // This address with the port that a socket bound to it was given.
  [[nodiscard]] SocketAddress bound_to(int socket) const;

  [[nodiscard]] int family() const { return storage_.ss_family; }
  [[nodiscard]] bool is_unix() const { return family() == AF_UNIX; }
  [[nodiscard]] bool is_any() const { return any_; }  // "*"
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t length() const { return length_; }
  [[nodiscard]] std::string path() const;  // of a Unix socket

  // "192.0.2.1", "::1", "unix"; an IPv4 address inside an IPv6 one is shown as what it is.
  [[nodiscard]] std::string host() const;
  [[nodiscard]] int port() const;
  [[nodiscard]] bool is_loopback() const;  // also a Unix socket
  [[nodiscard]] std::string to_string() const;

  // "*" where the kernel has no IPv6.
  [[nodiscard]] SocketAddress any_ipv4() const;

 private:
  sockaddr_storage storage_{};
  socklen_t length_ = 0;
  bool any_ = false;
};

}  // namespace roost::net
