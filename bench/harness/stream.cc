#include "harness/stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "harness/die.h"

namespace roost::bench {
namespace {

SSL_CTX* tls_context() {
  static SSL_CTX* const context = [] {
    SSL_CTX* made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(made, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    return made;
  }();
  return context;
}

}  // namespace

Stream::Stream(uint16_t port, Security security)
    : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      buffer_(std::make_unique_for_overwrite<char[]>(kBufferSize)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    die("cannot connect to port {}: {}", port, std::strerror(errno));
  }
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (security == Security::kTls) {
    tls_ = SSL_new(tls_context());
    SSL_set_fd(tls_, fd_);
    if (SSL_connect(tls_) != 1) die("TLS handshake with port {} failed", port);
  }
}

Stream::~Stream() {
  SSL_free(tls_);
  if (fd_ >= 0) close(fd_);
}

Stream::Stream(Stream&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      tls_(std::exchange(other.tls_, nullptr)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      end_(other.end_),
      received_(other.received_) {}

void Stream::write(std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t n = tls_ != nullptr
                          ? SSL_write(tls_, octets.data(), static_cast<int>(octets.size()))
                          : send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (n <= 0) die("write failed: {}", std::strerror(errno));
    octets.remove_prefix(static_cast<size_t>(n));
  }
}

size_t Stream::receive(char* to, size_t space) {
  const ssize_t n =
      tls_ != nullptr ? SSL_read(tls_, to, static_cast<int>(space)) : recv(fd_, to, space, 0);
  if (n <= 0) die("the server closed the connection: {}", n < 0 ? std::strerror(errno) : "end");
  received_ += static_cast<size_t>(n);
  return static_cast<size_t>(n);
}

void Stream::fill() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (end_ == kBufferSize) {
    if (begin_ == 0) die("a line of more than {} octets", kBufferSize);
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  end_ += receive(buffer_.get() + end_, kBufferSize - end_);
}

bool Stream::has_line() const {
  return std::memchr(buffer_.get() + begin_, '\n', end_ - begin_) != nullptr;
}

std::string_view Stream::read_line() {
  size_t searched = 0;
  for (;;) {
    const char* start = buffer_.get() + begin_;
    const size_t size = end_ - begin_;
    if (const void* lf = std::memchr(start + searched, '\n', size - searched)) {
      std::string_view line(start, static_cast<size_t>(static_cast<const char*>(lf) - start));
      begin_ += line.size() + 1;
      if (line.ends_with('\r')) line.remove_suffix(1);
      return line;
    }
    searched = size;
    fill();
  }
}

void Stream::skip(size_t octets) {
  while (octets > end_ - begin_) {
    octets -= end_ - begin_;
    begin_ = end_ = 0;
    end_ = receive(buffer_.get(), kBufferSize);
  }
  begin_ += octets;
}

}  // namespace roost::bench
