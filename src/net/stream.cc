// Plain and TLS input and output. What a reader would get wrong: after a TLS record there may be
// another, in OpenSSL or in the socket, of which no event tells, so "wait until readable" may be
// said only when OpenSSL wants that. And OpenSSL's error queue is per thread: what one connection
// leaves there, the next would take for its own, so it is cleared before each call.
#include "net/stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/log.h"
#include "net/openssl_error.h"
#include "net/output_queue.h"

namespace roost::net {

namespace {

constexpr std::size_t kPieces = 64;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

// An interrupted call is tried again at once: no event would tell of what has been there all along.
template <typename Call>
ssize_t uninterrupted(Call&& call) {
  ssize_t result = -1;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

Progress failure(int error, Readiness wait_for) {
  if (would_block(error)) return {.wait_for = wait_for};
  return {.end = error == ETIMEDOUT ? StreamEnd::kTimedOut : StreamEnd::kReset};
}

Progress receive_plain(int socket, std::span<char> buffer) {
  const ssize_t received =
      uninterrupted([&] { return ::recv(socket, buffer.data(), buffer.size(), 0); });
  if (received < 0) return failure(errno, Readiness::kReadable);
  if (received == 0) return {.end = StreamEnd::kEnded};
  const auto octets = static_cast<std::size_t>(received);
  return {.octets = octets,
          .wait_for = octets < buffer.size() ? Readiness::kReadable : Readiness::kNone};
}

}  // namespace

void SslFree::operator()(SSL* ssl) const { SSL_free(ssl); }

void Stream::secure() {
  secured_ = true;
  SSL_set_fd(ssl_.get(), socket_);
}

Progress Stream::tls_failure(int result) {
  const int socket_error = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {.wait_for = Readiness::kReadable};
    case SSL_ERROR_WANT_WRITE:
      return {.wait_for = Readiness::kWritable};
    case SSL_ERROR_ZERO_RETURN:
      return {.end = StreamEnd::kEnded};
    case SSL_ERROR_SYSCALL:
      return {.end = socket_error == ETIMEDOUT ? StreamEnd::kTimedOut : StreamEnd::kReset};
    default:
      log::debug("TLS: {}", take_openssl_error());
      return {.end = StreamEnd::kTls};
  }
}

Progress Stream::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return {};
  Progress progress = tls_failure(result);
  if (progress.end == StreamEnd::kEnded || progress.end == StreamEnd::kReset) {
    progress.end = StreamEnd::kTls;
  }
  return progress;
}

Progress Stream::receive(std::span<char> buffer) {
  if (!secured_) return receive_plain(socket_, buffer);
  ERR_clear_error();
  std::size_t octets = 0;
  const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &octets);
  if (result != 1) return tls_failure(result);
  return {.octets = octets};
}

// A TLS write that has to be tried again must repeat its octets; output may only have grown
// meanwhile, so its front still begins with them.
Progress Stream::send(const OutputQueue& output, std::span<char> scratch) {
  if (secured_) {
    ERR_clear_error();
    const std::string_view octets = output.front(scratch);
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_.get(), octets.data(), octets.size(), &sent);
    record_half_sent_ = result != 1;
    return result == 1 ? Progress{.octets = sent} : tls_failure(result);
  }
  std::array<iovec, kPieces> pieces;
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = output.describe(pieces);
  const ssize_t sent = uninterrupted([&] { return ::sendmsg(socket_, &message, MSG_NOSIGNAL); });
  if (sent < 0) return failure(errno, Readiness::kWritable);
  return {.octets = static_cast<std::size_t>(sent)};
}

Progress Stream::finish() {
  if (secured_ && SSL_is_init_finished(ssl_.get()) == 1) {
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_.get());
    if (result < 0) {
      const Progress progress = tls_failure(result);
      if (progress.wait_for != Readiness::kNone) return progress;
    }
  }
  ::shutdown(socket_, SHUT_WR);
  return {};
}

Progress Stream::discard(std::span<char> scratch) { return receive_plain(socket_, scratch); }

}  // namespace roost::net
