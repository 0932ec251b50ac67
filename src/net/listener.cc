// Accepting. One loop waits for the listening socket and hands what it accepts to all loops in
// turn. What a reader would get wrong: stop() may come from any thread, and the loop may be in the
// middle of accepting; the mutex makes what it has accepted be posted before stop() returns.
#include "net/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "net/fd.h"
#include "net/listening_socket.h"
#include "net/loop_connections.h"
#include "net/socket_address.h"
#include "net/socket_connection.h"

namespace roost::net {

namespace {

constexpr std::chrono::milliseconds kPause{100};  // after an error that will not pass at once
constexpr int kAcceptsPerTurn = 64;

void set_option(int socket, int level, int name, int value) {
  ::setsockopt(socket, level, name, &value, sizeof value);
}

// A push goes out at once; a peer that has vanished is found out within minutes although nothing is
// said, and within 90 seconds of being sent something.
void set_tcp_options(int socket) {
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 300);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 60);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 90'000);
}

// Errors of a connection that ended before it was accepted (accept(2)), not of the listener.
bool concerns_one_connection(int error) {
  switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPROTO:
    case ENOPROTOOPT:
    case ENETDOWN:
    case ENETUNREACH:
    case ENONET:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case EPERM:
      return true;
    default:
      return false;
  }
}

class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(Loops& loops, ListenerOptions options, Fd socket)
      : loops_(loops),
        options_(std::make_shared<const ListenerOptions>(std::move(options))),
        descriptor_(loop().context()),
        pause_over_([](void* self) { static_cast<Acceptor*>(self)->wait(); }, this) {
    boost::system::error_code ignored;
    descriptor_.assign(socket.release(), ignored);
  }

  void start() {
    loop().post([self = shared_from_this()] { self->wait(); });
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(stopped_, true)) return;
      ::shutdown(descriptor_.native_handle(), SHUT_RDWR);  // refuses from now on
    }
    loop().post([self = shared_from_this()] {
      self->pause_over_.cancel();
      boost::system::error_code ignored;
      self->descriptor_.close(ignored);
    });
  }

 private:
  [[nodiscard]] Loop& loop() { return loops_[0]; }

  void wait() {
    descriptor_.async_wait(decltype(descriptor_)::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             if (!error) self->accept();
                           });
  }

  void accept() {
    const std::lock_guard lock(mutex_);
    for (int accepts = 0; accepts < kAcceptsPerTurn && !stopped_; ++accepts) {
      Fd socket(
          ::accept4(descriptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket.is_open()) {
        failing_ = false;
        hand_over(std::move(socket));
      } else if (errno == EAGAIN) {
        break;
      } else if (!concerns_one_connection(errno)) {
        return pause(errno);
      }
    }
    if (!stopped_) wait();
  }

  void pause(int error) {
    if (!std::exchange(failing_, true)) {
      log::error("cannot accept connections for now: {}", std::strerror(error));
    }
    loop().deadlines().arm(pause_over_, kPause);
  }

  void hand_over(Fd socket) {
    Loop& to = loops_[next_++ % loops_.size()];
    to.post([&to, options = options_, accepted = std::move(socket)]() mutable {
      const SocketAddress peer = SocketAddress::peer(accepted.get());
      if (!peer.is_unix()) set_tcp_options(accepted.get());
      auto handler = options->handlers(to);
      if (!handler) return;
      SocketConnection::start(to, std::move(accepted), {peer.host(), peer.is_loopback()},
                              options->connection, options->tls, std::move(handler));
    });
  }

  Loops& loops_;
  const std::shared_ptr<const ListenerOptions> options_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> descriptor_;
  Deadline pause_over_;
  std::size_t next_ = 0;
  bool failing_ = false;  // an error was logged and nothing was accepted since
  std::mutex mutex_;
  bool stopped_ = false;
};

class SocketListener final : public Listener {
 public:
  SocketListener(std::shared_ptr<Acceptor> acceptor, const SocketAddress& address)
      : acceptor_(std::move(acceptor)),
        address_(address.to_string()),
        path_(address.is_unix() ? address.path() : std::string()) {}
  ~SocketListener() override { SocketListener::stop(); }

  [[nodiscard]] const std::string& address() const override { return address_; }

  void stop() override {
    acceptor_->stop();
    if (!path_.empty()) ::unlink(std::exchange(path_, {}).c_str());
  }

 private:
  const std::shared_ptr<Acceptor> acceptor_;
  const std::string address_;
  std::string path_;
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(Loops& loops, ListenerOptions options) {
  auto address = SocketAddress::parse(options.address);
  if (!address) return fail(std::move(address.error()));
  auto listening = listen_on(*address, options.unix_mode);
  if (!listening) return fail(std::move(listening.error()));
  const auto acceptor =
      std::make_shared<Acceptor>(loops, std::move(options), std::move(listening->socket));
  acceptor->start();
  return std::make_unique<SocketListener>(acceptor, listening->address);
}

}  // namespace roost::net
