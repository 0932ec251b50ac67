// What a reader would get wrong: a Unix socket's file outlives its process. It is in the way after
// a crash and must be removed, but not while another server answers on it.
//
// Sockets that share a TCP address must all say so (SO_REUSEPORT). The first says it only once it
// is bound, so that it gets no address that somebody has, our own other server for one.
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

void set_option(int socket, int level, int name, int value = 1) {
  ::setsockopt(socket, level, name, &value, sizeof value);
}

void set_options(int socket, const SocketAddress& address) {
  set_option(socket, SOL_SOCKET, SO_REUSEADDR);
  if (address.family() == AF_INET6) {
    set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, address.is_any() ? 0 : 1);
  }
}

}  // namespace

Result<BoundSocket> bind_socket(const SocketAddress& address, unsigned unix_mode) {
  Fd socket = new_socket(address.family());
  if (!socket.is_open() && errno == EAFNOSUPPORT && address.is_any() &&
      address.family() == AF_INET6) {
    return bind_socket(address.any_ipv4(), unix_mode);
  }
  if (!socket.is_open()) return unavailable(address, errno);
  if (address.is_unix()) {
    remove_stale(address);
  } else {
    set_options(socket.get(), address);
  }
  if (::bind(socket.get(), address.get(), address.length()) != 0) {
    if (errno == EADDRNOTAVAIL && address.is_any() && address.family() == AF_INET6) {
      // IPv6 is compiled in but switched off.
      return bind_socket(address.any_ipv4(), unix_mode);
    }
    return unavailable(address, errno);
  }
  // Until listen, nobody can connect: no moment of wrong permissions.
  if (address.is_unix() && ::chmod(address.path().c_str(), unix_mode) != 0) {
    return unavailable(address, errno);
  }
  if (!address.is_unix()) set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT);
  SocketAddress bound = address.bound_to(socket.get());
  return BoundSocket{std::move(socket), bound};
}

Result<Fd> listen_at(BoundSocket& bound) {
  const SocketAddress& address = bound.address;
  Fd socket = address.is_unix() ? std::move(bound.socket) : new_socket(address.family());
  if (!socket.is_open()) return unavailable(address, errno);
  if (!address.is_unix()) {
    set_options(socket.get(), address);
    set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT);
    if (::bind(socket.get(), address.get(), address.length()) != 0) {
      return unavailable(address, errno);
    }
  }
  if (::listen(socket.get(), kBacklog) != 0) return unavailable(address, errno);
  return socket;
}

}  // namespace roost::net
