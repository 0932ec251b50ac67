// Listener: accepts on one address and gives each connection, with a new handler, to a loop in
// turn. Accept errors for want of descriptors are logged once and retried; they never stop the
// listener.
//
// Thread: any for construction and stop; handlers are made on the loop that will own them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/connection.h"
#include "net/loop.h"

namespace roost::net {

// Called on the owning loop for each accepted connection; null refuses (closes) it.
using HandlerFactory = std::function<std::unique_ptr<ConnectionHandler>(Loop& loop)>;

struct ListenerOptions {
  // "127.0.0.1:143", "[::1]:143", "*:143" (all addresses), "unix:/path". Port 0 picks a free one.
  std::string address;
  std::shared_ptr<TlsContext> tls;  // set: implicit TLS
  HandlerFactory handlers;
};

class Listener {
 public:
  virtual ~Listener() = default;  // stops
  // kInvalid for an address that makes no sense, kUnavailable if it cannot be bound.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> open(Loops& loops,
                                                              ListenerOptions options);

  // With the real port: "127.0.0.1:40123".
  [[nodiscard]] virtual const std::string& address() const = 0;
  virtual void stop() = 0;  // no new connections; those that stand are not touched
};

// All live connections, for shutdown and for `who`. close_all runs visit on each connection's loop
// and returns; wait blocks until none is left or the time is up (true: none left).
class Connections {
 public:
  static void for_each(Loops& loops, std::function<void(Connection&, ConnectionHandler&)> visit);
  [[nodiscard]] static bool wait_until_none(Loops& loops, std::chrono::milliseconds timeout);
};

}  // namespace roost::net
