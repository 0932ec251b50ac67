// Stream: octets in and out of one non-blocking socket, plain or TLS. Nothing here waits: what
// cannot be done now says which readiness of the socket to wait for. With TLS either direction may
// wait for either readiness (a KeyUpdate, RFC 8446 section 4.6.3, is answered in a read).
//
// Owner: a connection, which also owns the descriptor. Thread: its loop's.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace roost::net {

class OutputQueue;

enum class Readiness : std::uint8_t { kNone, kReadable, kWritable };

enum class StreamEnd : std::uint8_t {
  kNone,
  kEnded,     // the peer has sent its last: FIN or close_notify
  kReset,     // the connection is gone
  kTimedOut,  // … because the peer acknowledged nothing (TCP_USER_TIMEOUT, keep-alive)
  kTls,       // the peer's TLS is at fault
  kDeflate,   // what the peer deflated is broken (Compression)
};

struct Progress {
  std::size_t octets = 0;
  Readiness wait_for = Readiness::kNone;  // before trying again
  StreamEnd end = StreamEnd::kNone;
};

struct SslFree {
  void operator()(SSL* ssl) const;
};
using OwnedSsl = std::unique_ptr<SSL, SslFree>;

class Stream {
 public:
  explicit Stream(int socket) : socket_(socket) {}
  [[nodiscard]] int socket() const { return socket_; }

  // TLS is to come, but not yet; null: after all it is not.
  void prepare(OwnedSsl ssl) { ssl_ = std::move(ssl); }
  [[nodiscard]] bool prepared() const { return ssl_ != nullptr && !secured_; }
  // From now on TLS, which was prepared; handshake() is to follow.
  void secure();
  [[nodiscard]] bool secured() const { return secured_; }

  [[nodiscard]] Progress handshake();
  // A TLS record is half sent: OpenSSL must be given the rest (send) before anything is received,
  // because it would answer a KeyUpdate in the middle of that record, and fail.
  [[nodiscard]] bool record_half_sent() const { return record_half_sent_; }
  [[nodiscard]] Progress receive(std::span<char> buffer);
  // Sends the first octets of output, which the caller consumes. scratch: of constant size, that of
  // a TLS record at most.
  [[nodiscard]] Progress send(const OutputQueue& output, std::span<char> scratch);
  // Says that nothing more will be sent: close_notify, FIN.
  [[nodiscard]] Progress finish();
  // Reads and drops raw octets, to keep the kernel from answering them with a reset.
  [[nodiscard]] Progress discard(std::span<char> scratch);

 private:
  [[nodiscard]] Progress tls_failure(int result);

  int socket_;
  bool secured_ = false;
  bool record_half_sent_ = false;
  OwnedSsl ssl_;
};

}  // namespace roost::net
