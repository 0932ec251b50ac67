// A blocking client for the tests of this folder: it sends, waits for what is to come (10 seconds
// at most), and fails the test otherwise. Only *_test.cc files include it.
#pragma once

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/fd.h"
#include "net/socket_address.h"
#include "net/test_deflate.h"

namespace roost::net {

class TestClient {
 public:
  // receive_buffer: 0 for the system's.
  explicit TestClient(const std::string& address, int receive_buffer = 0) {
    const auto to = SocketAddress::parse(address);
    EXPECT_TRUE(to) << address;
    socket_ = Fd(::socket(to->family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive_buffer > 0) {
      ::setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    connected_ = ::connect(fd(), to->get(), to->length()) == 0;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] SSL* ssl() { return ssl_.get(); }

  // The client's side of a handshake; before it, prepare may set the SSL up.
  template <typename Prepare>
  [[nodiscard]] bool start_tls(Prepare prepare) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), fd());
    prepare(ssl_.get());
    return SSL_connect(ssl_.get()) == 1;
  }
  [[nodiscard]] bool start_tls() {
    return start_tls([](SSL*) {});
  }

  // From now on what is sent is deflated, with a flush, and what is read is inflated.
  void start_compression() {
    deflate_.emplace();
    sends_clear_ = false;
  }
  // What is sent is clear again; what is read, behind the end of what is deflated.
  void end_compression() { sends_clear_ = true; }

  void send(std::string_view octets) {
    if (!deflate_ || sends_clear_) return send_as_is(octets);
    send_as_is(deflate_->deflate(octets));
  }
  void send_as_is(std::string_view octets) {
    while (!octets.empty()) {
      const auto sent = ssl_ ? SSL_write(ssl_.get(), octets.data(), static_cast<int>(octets.size()))
                             : ::send(fd(), octets.data(), octets.size(), MSG_NOSIGNAL);
      ASSERT_GT(sent, 0);
      octets.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // What one read yields, with compression perhaps more than asked for; empty at the end of the
  // connection, an error or after 10 seconds.
  [[nodiscard]] std::string read_some(std::size_t most = 65'536) {
    while (deflate_) {
      const std::string octets = read_as_is();
      if (octets.empty()) return octets;
      std::string clear = deflate_->inflate(octets);
      if (deflate_->ended()) {
        clear += deflate_->behind();
        deflate_.reset();
      }
      if (!clear.empty()) return clear;
    }
    return read_as_is(most);
  }
  [[nodiscard]] std::string read_as_is(std::size_t most = 65'536) {
    std::string octets(most, '\0');
    const auto received = ssl_ ? SSL_read(ssl_.get(), octets.data(), static_cast<int>(most))
                               : ::recv(fd(), octets.data(), most, 0);
    error_ = received < 0 ? errno : 0;
    octets.resize(received > 0 ? static_cast<std::size_t>(received) : 0);
    return octets;
  }

  // Exactly so many octets, or fewer if no more come.
  [[nodiscard]] std::string read(std::size_t octets) {
    std::string all;
    all.swap(ahead_);
    while (all.size() < octets) {
      const std::string some = read_some(octets - all.size());
      if (some.empty()) break;
      all += some;
    }
    if (all.size() > octets) {
      ahead_ = all.substr(octets);
      all.resize(octets);
    }
    return all;
  }

  // All up to the end; error() is then 0 if the end was orderly.
  [[nodiscard]] std::string read_to_end() {
    std::string all = std::exchange(ahead_, {});
    for (std::string some = read_some(); !some.empty(); some = read_some()) all += some;
    return all;
  }
  [[nodiscard]] int error() const { return error_; }

  void finish() { ::shutdown(fd(), SHUT_WR); }
  void reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_ = Fd();
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  Fd socket_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  std::optional<TestDeflate> deflate_;
  bool sends_clear_ = false;
  std::string ahead_;  // inflated, and not asked for yet
  bool connected_ = false;
  int error_ = 0;
};

}  // namespace roost::net
