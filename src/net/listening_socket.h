// Opening the sockets that a Listener accepts from.
#pragma once

#include "base/error.h"
#include "net/fd.h"
#include "net/socket_address.h"

namespace roost::net {

// Has its address, and takes no connections yet.
struct BoundSocket {
  Fd socket;              // non-blocking
  SocketAddress address;  // with the real port
};

// kUnavailable if the address cannot be had, because another server listens there for one. A Unix
// socket's file that nobody answers on is replaced, and gets the permissions
// unix_mode.
[[nodiscard]] Result<BoundSocket> bind_socket(const SocketAddress& address, unsigned unix_mode);

// A socket that takes connections. For a Unix socket it is the bound one, for TCP a further one at
// its address: of all these the kernel gives each new connection to one, by a hash of both ends.
[[nodiscard]] Result<Fd> listen_at(BoundSocket& bound);

}  // namespace roost::net
