// What a reader would get wrong: a Unix socket's file outlives its process. It is in the way after
// a crash and must be removed, but not while another server answers on it.
#include "net/listening_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace roost::net {

namespace {

constexpr int kBacklog = 4096;

std::unexpected<Error> unavailable(const SocketAddress& address, int error) {
  return fail(ErrorCode::kUnavailable,
              "cannot listen on " + address.to_string() + ": " + std::strerror(error));
}

Fd new_socket(int family) {
  return Fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

// Removes the file of a Unix socket on which nobody answers.
void remove_stale(const SocketAddress& address) {
  struct stat status{};
  if (::lstat(address.path().c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const Fd probe = new_socket(AF_UNIX);
  if (!probe.is_open()) return;
  if (::connect(probe.get(), address.get(), address.length()) != 0 && errno == ECONNREFUSED) {
    ::unlink(address.path().c_str());
  }
}

void set_options(int socket, const SocketAddress& address) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.family() == AF_INET6) {
    const int only = address.is_any() ? 0 : 1;
    ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  }
}

}  // namespace

Result<ListeningSocket> listen_on(const SocketAddress& address, unsigned unix_mode) {
  Fd socket = new_socket(address.family());
  if (!socket.is_open() && errno == EAFNOSUPPORT && address.is_any() &&
      address.family() == AF_INET6) {
    return listen_on(address.any_ipv4(), unix_mode);
  }
  if (!socket.is_open()) return unavailable(address, errno);
  if (address.is_unix()) {
    remove_stale(address);
  } else {
    set_options(socket.get(), address);
  }
  if (::bind(socket.get(), address.get(), address.length()) != 0) {
    if (errno == EADDRNOTAVAIL && address.is_any() && address.family() == AF_INET6) {
      return listen_on(address.any_ipv4(), unix_mode);  // IPv6 is compiled in but switched off
    }
    return unavailable(address, errno);
  }
  // Until listen, nobody can connect: no moment of wrong permissions.
  if (address.is_unix() && ::chmod(address.path().c_str(), unix_mode) != 0) {
    return unavailable(address, errno);
  }
  if (::listen(socket.get(), kBacklog) != 0) return unavailable(address, errno);
  SocketAddress bound = address.bound_to(socket.get());
  return ListeningSocket{std::move(socket), bound};
}

}  // namespace roost::net
