// Opening the socket that a Listener accepts from.
#pragma once

#include "base/error.h"
#include "net/fd.h"
#include "net/socket_address.h"

namespace roost::net {

struct ListeningSocket {
  Fd socket;              // non-blocking
  SocketAddress address;  // with the real port
};

// A Unix socket's file that nobody answers on is replaced, and gets the permissions unix_mode.
// kUnavailable if the address cannot be had.
[[nodiscard]] Result<ListeningSocket> listen_on(const SocketAddress& address, unsigned unix_mode);

}  // namespace roost::net
