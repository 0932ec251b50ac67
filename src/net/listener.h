// Listener: accepts on one address, on all loops; each connection gets a new handler. Accept errors
// for want of descriptors are logged once a loop and retried; they never stop the listener.
//
// Thread: that which starts and stops the Loops, for construction and stop; handlers are made on
// the loop that will own them. The Loops are not stopped before the Listener, and if each has its
// own files (FileTables), they are started before it.
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
using HandlerFactory =
    std::function<std::unique_ptr<ConnectionHandler>(Loop& loop, const Peer& peer)>;

struct ListenerOptions {
  // "127.0.0.1:143", "[::1]:143", "*:143" (all addresses), "unix:/path". Port 0 picks a free one.
  std::string address;
  std::shared_ptr<TlsContext> tls;  // set: implicit TLS
  HandlerFactory handlers;
  unsigned unix_mode = 0660;  // permissions of a Unix socket's file
  ConnectionOptions connection{};
};

class Listener {
 public:
  virtual ~Listener() = default;  // stops
  // kInvalid for an address that makes no sense, kUnavailable if it cannot be bound.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> open(Loops& loops,
                                                              ListenerOptions options);

  // With the real port: "127.0.0.1:40123".
  [[nodiscard]] virtual const std::string& address() const = 0;
  // No new connections; those that stand are not touched. What was accepted before is on its loop,
  // or on the way there: Connections::for_each finds it.
  virtual void stop() = 0;
};

// All live connections, for shutdown and for `who`.
class Connections {
 public:
  // Posts visit to each loop for each of its connections and returns; so it runs on several threads
  // at once. A connection whose handler is with a worker is visited when it is back.
  static void for_each(Loops& loops, std::function<void(Connection&, ConnectionHandler&)> visit);
  // Calls shut_down for each connection, in groups: those of very many connections are spread over
  // that time, as are their attempts to come back. Returns at once.
  static void shut_down_all(Loops& loops, std::chrono::milliseconds over);
  // Blocks until no connection is left or the time is up (true: none left). Not on a loop.
  [[nodiscard]] static bool wait_until_none(Loops& loops, std::chrono::milliseconds timeout);
};

}  // namespace roost::net
