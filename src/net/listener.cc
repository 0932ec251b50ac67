// Accepting. Each loop has a listening socket of its own and keeps what it accepts. Only of Unix
// sockets, which the kernel does not deal out, one loop accepts for all that have its files.
#include "net/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "base/log.h"
#include "net/fd.h"
#include "net/listening_socket.h"
#include "net/loop_connections.h"
#include "net/socket_address.h"
#include "net/socket_connection.h"
#include "net/tcp_options.h"

namespace roost::net {

namespace {

constexpr std::chrono::milliseconds kPause{100};  // after an error that will not pass at once
constexpr std::chrono::milliseconds kBreath{20};  // in a crowd
// Then those that are connected already have their turn.
constexpr int kAcceptsPerTurn = 16;

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
  // On loop. The connections go to each of `owners` in turn.
  Acceptor(Loop& loop, std::vector<Loop*> owners, std::shared_ptr<const ListenerOptions> options,
           Fd socket)
      : loop_(loop),
        owners_(std::move(owners)),
        options_(std::move(options)),
        descriptor_(loop.context(), socket.release()),
        pause_over_([](void* self) { static_cast<Acceptor*>(self)->wait(); }, this) {}

  void start() {
    loop_.post([self = shared_from_this()] { self->wait(); });
  }

  // On loop.
  void stop() {
    pause_over_.cancel();
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }
  [[nodiscard]] Loop& loop() { return loop_; }

 private:
  void wait() {
    if (!descriptor_.is_open()) return;
    descriptor_.async_wait(decltype(descriptor_)::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             if (!error && self->descriptor_.is_open()) self->accept();
                           });
  }

  void accept() {
    const LoopConnections::Turn turn(loop_.connections());
    // They wait in the backlog.
    if (options_->tls && loop_.connections().crowded()) {
      return loop_.deadlines().arm(pause_over_, kBreath);
    }
    for (int accepts = 0; accepts < kAcceptsPerTurn; ++accepts) {
      Fd socket(
          ::accept4(descriptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket.is_open()) {
        failing_ = false;
        give_away(std::move(socket));
      } else if (errno == EAGAIN) {
        break;
      } else if (!concerns_one_connection(errno)) {
        return pause(errno);
      }
    }
    wait();
  }

  void pause(int error) {
    if (!std::exchange(failing_, true)) {
      log::error("cannot accept connections for now: {}", std::strerror(error));
    }
    loop_.deadlines().arm(pause_over_, kPause);
  }

  void give_away(Fd socket) {
    Loop& owner = *owners_[next_++ % owners_.size()];
    if (&owner == &loop_) return begin(owner, *options_, std::move(socket));
    owner.post([&owner, options = options_, accepted = std::move(socket)]() mutable {
      begin(owner, *options, std::move(accepted));
    });
  }

  static void begin(Loop& owner, const ListenerOptions& options, Fd socket) {
    const SocketAddress address = SocketAddress::peer(socket.get());
    if (address.family() == AF_UNSPEC) return;  // it was reset before it was accepted
    if (!address.is_unix()) set_tcp_options(socket.get());
    Peer peer{address.host(), address.is_loopback()};
    auto handler = options.handlers(owner, peer);
    if (!handler) return;
    SocketConnection::start(owner, std::move(socket), std::move(peer), options.connection,
                            options.tls, std::move(handler));
  }

  Loop& loop_;
  const std::vector<Loop*> owners_;
  const std::shared_ptr<const ListenerOptions> options_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> descriptor_;
  Deadline pause_over_;
  std::size_t next_ = 0;
  bool failing_ = false;  // an error was logged and nothing was accepted since
};

class SocketListener final : public Listener {
 public:
  SocketListener(Loops& loops, ListenerOptions options)
      : loops_(loops), options_(std::make_shared<const ListenerOptions>(std::move(options))) {}
  ~SocketListener() override { SocketListener::stop(); }

  Result<void> open() {
    const auto address = SocketAddress::parse(options_->address);
    if (!address) return fail(address.error());
    return address->is_unix() ? open_unix(*address) : open_tcp(*address);
  }

  [[nodiscard]] const std::string& address() const override { return address_; }

  void stop() override {
    for (const auto& acceptor : std::exchange(acceptors_, {})) {
      loops_.call(acceptor->loop(), [&] { acceptor->stop(); });
    }
    if (!path_.empty()) ::unlink(std::exchange(path_, {}).c_str());
  }

 private:
  Result<void> open_tcp(const SocketAddress& address) {
    auto bound = bind_socket(address, 0);
    if (!bound) return fail(std::move(bound.error()));
    address_ = bound->address.to_string();
    Result<void> listening;
    for (std::size_t i = 0; i < loops_.size() && listening; ++i) {
      loops_.call(loops_[i], [&] { listening = accept_on(loops_[i], {&loops_[i]}, *bound); });
    }
    return listening;
  }

  Result<void> open_unix(const SocketAddress& address) {
    std::vector<Loop*> owners{&loops_[0]};
    if (loops_.tables() == FileTables::kShared) {
      for (std::size_t i = 1; i < loops_.size(); ++i) owners.push_back(&loops_[i]);
    }
    Result<void> listening;
    loops_.call(loops_[0], [&] {
      auto bound = bind_socket(address, options_->unix_mode);
      listening = bound ? accept_on(loops_[0], std::move(owners), *bound) : fail(bound.error());
    });
    if (!listening) return listening;
    address_ = address.to_string();
    path_ = address.path();
    return {};
  }

  Result<void> accept_on(Loop& loop, std::vector<Loop*> owners, BoundSocket& bound) {
    auto socket = listen_at(bound);
    if (!socket) return fail(std::move(socket.error()));
    acceptors_.push_back(
        std::make_shared<Acceptor>(loop, std::move(owners), options_, *std::move(socket)));
    acceptors_.back()->start();
    return {};
  }

  Loops& loops_;
  const std::shared_ptr<const ListenerOptions> options_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  std::string address_;
  std::string path_;
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(Loops& loops, ListenerOptions options) {
  auto listener = std::make_unique<SocketListener>(loops, std::move(options));
  if (auto opened = listener->open(); !opened) return fail(std::move(opened.error()));
  return listener;
}

}  // namespace roost::net
