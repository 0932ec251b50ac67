// Connection: one accepted socket, plain or TLS, and the handler that speaks a protocol on it.
//
// Owner: its loop, from accept until closed. Thread: its loop's. While the baton is away (offload)
// the handler is the worker's: no handler function is called, and neither is destroyed.
//
// The octets may be deflated, above TLS (net/compression.h).
//
// Input is read into a buffer of bounded size and reading stops while it is full, so a handler that
// does not consume slows its peer and costs no memory. Output is queued by reference or by copy,
// written as far as the socket takes it at once, and never blocks; a peer that takes nothing for
// kStallTimeout is closed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/task.h"
#include "net/loop.h"

namespace roost::net {

class Connection;
class TlsContext;

enum class CloseReason : std::uint8_t {
  kPeer,     // the peer closed or reset
  kTimeout,  // the peer takes nothing, or the user time-out struck
  kTls,      // handshake or record failed
  kDeflate,  // what the peer deflated is broken
  kLocal,    // close() or abort() was called
};

// Who called.
struct Peer {
  std::string address;  // "192.0.2.1", "::1", "unix"
  bool is_loopback;     // also for a Unix socket
};

class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;
  // The connection stands (for implicit TLS: the handshake is done). The place for a greeting.
  virtual void on_open(Connection& connection) = 0;
  // There is something in connection.input() that the handler may not have seen, or input_ended()
  // is true. Also called after offload's `then` and after on_drained, if there is.
  virtual void on_input(Connection& connection) = 0;
  // Called once after output_full() was true and the output has been written out to kLowWater, or
  // call_when_written() was called and all of it has.
  virtual void on_drained(Connection& connection) = 0;
  // The STARTTLS handshake is done.
  virtual void on_tls(Connection& /*connection*/) {}
  // The server stops: say goodbye and close. Not called while the baton is away, but after it.
  virtual void on_shutdown(Connection& connection);
  // The last call; afterwards the handler is destroyed. Without on_open before (a TLS handshake
  // that failed), the handler is destroyed without a call.
  virtual void on_closed(Connection& connection, CloseReason reason) = 0;
};

class Connection {
 public:
  static constexpr std::size_t kInputBuffer = 16 * 1024;
  static constexpr std::size_t kHighWater = 128 * 1024;  // octets queued: stop producing
  static constexpr std::size_t kLowWater = 32 * 1024;    // … and go on
  static constexpr std::chrono::seconds kStallTimeout{60};

  virtual ~Connection() = default;

  // --- input ---
  // What has been read and not consumed. Valid until consume, or the end of the handler call.
  [[nodiscard]] virtual std::string_view input() const = 0;
  virtual void consume(std::size_t octets) = 0;
  // The peer has sent its last (FIN or close_notify); output may still be written.
  [[nodiscard]] virtual bool input_ended() const = 0;

  // --- output ---
  // What is written goes to the socket when the handler's call, or the task posted to the loop,
  // returns: one write for all of it. After close() and on a lost connection it is dropped.
  virtual void write(std::string octets) = 0;
  // Shared octets: one copy for all connections that send the same.
  virtual void write(std::shared_ptr<const std::string> octets) = 0;
  [[nodiscard]] virtual std::size_t output_size() const = 0;  // octets queued, not yet written
  [[nodiscard]] bool output_full() const { return output_size() >= kHighWater; }
  // For who has more to say, but not to a peer that does not read.
  virtual void call_when_written() = 0;

  // --- the baton ---
  // Runs work on a worker and then `then` on the loop; between the two the handler is the worker's.
  // Call as the last thing in a handler function. If the connection was lost meanwhile, `then` is
  // still called, and on_closed after it. Unconsumed and new input calls on_input after `then`.
  virtual void offload(Workers& workers, Task work, Task then) = 0;
  [[nodiscard]] virtual bool offloaded() const = 0;

  // --- TLS ---
  // After the output queued now, starts the server side of a handshake. Input that was pipelined
  // before it is thrown away (RFC 9051 section 6.2.1). on_tls follows. Write nothing meanwhile.
  virtual void start_tls(std::shared_ptr<TlsContext> context) = 0;
  [[nodiscard]] virtual bool is_tls() const = 0;

  // --- COMPRESS (RFC 4978) ---
  // From now on what is written is deflated, and what follows the input consumed so far is to be
  // inflated. More is then inflated only once all of input() is consumed.
  virtual void start_compression() = 0;
  // The other way round: from now on what is written is not deflated, and the peer's deflated
  // octets end behind those consumed so far (RFC 8437 section 4.1).
  virtual void end_compression() = 0;
  [[nodiscard]] virtual bool is_compressed() const = 0;
  // The handler expects its peer to be silent, perhaps for long: what only makes output shorter is
  // given up until the next input.
  virtual void rest() {}

  // --- the end ---
  // The peer is known to be gone: nothing that is written arrives.
  [[nodiscard]] virtual bool lost() const { return false; }
  // Writes what is queued (bounded by a few seconds), sends close_notify, closes. Input is ignored.
  virtual void close() = 0;
  // Calls the handler's on_shutdown, now or when the baton is back. Once.
  virtual void shut_down() = 0;
  // on_shutdown is owed. A handler may close before it comes.
  [[nodiscard]] virtual bool shutting_down() const = 0;
  // Closes now, with a reset where the peer owes us nothing.
  virtual void abort() = 0;

  // --- who ---
  [[nodiscard]] virtual Loop& loop() = 0;
  [[nodiscard]] virtual const std::string& peer_address() const = 0;  // as in Peer
  [[nodiscard]] virtual bool peer_is_loopback() const = 0;
};

// How patient a connection is. The defaults are for the world, other values for tests.
struct ConnectionOptions {
  using Milliseconds =
      std::chrono::duration<std::int32_t, std::milli>;     // each connection has three
  Milliseconds stall_timeout = Connection::kStallTimeout;  // and for a TLS handshake
  Milliseconds close_timeout{5'000};   // for the output that is queued at close()
  Milliseconds linger_timeout{2'000};  // then for the peer's own close
};

inline void ConnectionHandler::on_shutdown(Connection& connection) { connection.close(); }

}  // namespace roost::net
