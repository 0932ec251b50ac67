#include "cli/doctor/tcp_network.h"

#include <netdb.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/check.h"
#include "net/output_queue.h"
#include "net/stream.h"
#include "net/tcp_options.h"

namespace roost::doctor {

namespace {

using client::Outcome;
using client::problem;
using client::ProblemKind;
using client::Time;
using net::Progress;
using net::Readiness;
using net::StreamEnd;

sigset_t ends() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

class TcpWire final : public Wire {
 public:
  TcpWire(TcpNetwork& network, net::Fd socket)
      : network_(network), socket_(std::move(socket)), stream_(socket_.get()) {}
  ~TcpWire() override { (void)stream_.finish(); }

  Outcome<void> send(std::string_view octets, Time until) override;
  Outcome<std::string_view> receive(Time until) override;
  Outcome<void> secure(Time until) override;
  std::string protection() const override;

 private:
  [[nodiscard]] Outcome<bool> wait(Readiness readiness, Time until);
  [[nodiscard]] static std::unexpected<client::Problem> ended(StreamEnd how);

  TcpNetwork& network_;
  net::Fd socket_;
  net::Stream stream_;
  SSL* ssl_ = nullptr;  // the stream's
  std::array<char, 16 * 1024> buffer_;
};

std::unexpected<client::Problem> TcpWire::ended(StreamEnd how) {
  if (how == StreamEnd::kEnded) {
    return problem(ProblemKind::kClosed, "the server has closed the connection");
  }
  if (how == StreamEnd::kTls)
    return problem(ProblemKind::kProtocol, "the TLS connection is broken");
  return problem(ProblemKind::kClosed, "the connection was reset");
}

Outcome<bool> TcpWire::wait(Readiness readiness, Time until) {
  return network_.wait(socket_.get(), readiness == Readiness::kWritable ? POLLOUT : POLLIN, until);
}

Outcome<void> TcpWire::send(std::string_view octets, Time until) {
  net::OutputQueue output;
  output.append(std::string(octets));
  while (!output.empty()) {
    const Progress progress = stream_.send(output, buffer_);
    output.consume(progress.octets);
    if (progress.end != StreamEnd::kNone) return ended(progress.end);
    if (progress.wait_for == Readiness::kNone) continue;
    const auto ready = wait(progress.wait_for, until);
    if (!ready) return std::unexpected(ready.error());
    if (!*ready) return problem(ProblemKind::kSilent, "the server does not take what it is sent");
  }
  return {};
}

Outcome<std::string_view> TcpWire::receive(Time until) {
  for (;;) {
    const Progress progress = stream_.receive(buffer_);
    if (progress.octets > 0) return std::string_view(buffer_.data(), progress.octets);
    if (progress.end != StreamEnd::kNone) return ended(progress.end);
    const auto ready = wait(progress.wait_for, until);
    if (!ready) return std::unexpected(ready.error());
    if (!*ready) return std::string_view();
  }
}

Outcome<void> TcpWire::secure(Time until) {
  net::OwnedSsl ssl = network_.tls().new_ssl(network_.host());
  ssl_ = ssl.get();
  stream_.prepare(std::move(ssl));
  stream_.secure();
  for (;;) {
    const Progress progress = stream_.handshake();
    if (progress.end != StreamEnd::kNone) {
      return std::unexpected(client::handshake_problem(ssl_, network_.host()));
    }
    if (progress.wait_for == Readiness::kNone) return {};
    const auto ready = wait(progress.wait_for, until);
    if (!ready) return std::unexpected(ready.error());
    if (!*ready) {
      return problem(ProblemKind::kSilent, network_.host() + ": the TLS handshake takes too long");
    }
  }
}

std::string TcpWire::protection() const {
  if (ssl_ == nullptr) return {};
  return std::string(SSL_get_version(ssl_)) + ", " + SSL_get_cipher_name(ssl_);
}

}  // namespace

TcpNetwork::TcpNetwork(const client::Login::Settings& login, const client::TlsClient& tls,
                       std::vector<Address> addresses, client::Duration longest)
    : host_(login.host),
      security_(login.security),
      tls_(tls),
      addresses_(std::move(addresses)),
      end_(client::BootClock::now() + longest) {
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t signals = ends();
  ROOST_CHECK(::sigprocmask(SIG_BLOCK, &signals, nullptr) == 0);
  signals_ = net::Fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  ROOST_CHECK(signals_.is_open());
}

// What came meanwhile has done what it could.
TcpNetwork::~TcpNetwork() {
  signalfd_siginfo taken{};
  while (::read(signals_.get(), &taken, sizeof taken) > 0) {
  }
  const sigset_t signals = ends();
  ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

Outcome<std::unique_ptr<TcpNetwork>> TcpNetwork::make(const client::Login::Settings& login,
                                                      const client::TlsClient& tls,
                                                      client::Duration longest) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(login.host.c_str(), std::to_string(login.port).c_str(), &wanted, &found);
  if (error != 0) {
    return problem(ProblemKind::kUnreachable, login.host + ": " + ::gai_strerror(error));
  }
  std::vector<Address> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    Address& address = addresses.emplace_back();
    address.size = std::min<socklen_t>(entry->ai_addrlen, sizeof address.octets);
    std::memcpy(&address.octets, entry->ai_addr, address.size);
  }
  ::freeaddrinfo(found);
  return std::make_unique<TcpNetwork>(login, tls, std::move(addresses), longest);
}

std::int64_t TcpNetwork::seconds_since_1970() { return std::time(nullptr); }

bool TcpNetwork::interrupted() {
  if (!heeds_interruption_) return false;
  if (now() >= end_) return true;
  pollfd signal{.fd = signals_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&signal, 1, 0) > 0;
}

Outcome<bool> TcpNetwork::wait(int descriptor, short events, Time until) {
  for (;;) {
    const Time first = heeds_interruption_ ? std::min(until, end_) : until;
    const auto left = std::clamp<std::int64_t>((first - now()).count(), 0, 1'000'000);
    std::array<pollfd, 2> waited{{{.fd = descriptor, .events = events, .revents = 0},
                                  {.fd = signals_.get(), .events = POLLIN, .revents = 0}}};
    const int ready = ::poll(waited.data(), heeds_interruption_ ? 2 : 1, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return problem(ProblemKind::kClosed, std::strerror(errno));
    if (interrupted()) return problem(ProblemKind::kClosed, "interrupted");
    if (ready > 0) return true;
    if (now() >= until) return false;
  }
}

Outcome<net::Fd> TcpNetwork::connect_to(const Address& address, Time until) {
  net::Fd socket(
      ::socket(address.octets.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  int error = socket.is_open() ? 0 : errno;
  if (error == 0) {
    net::set_tcp_options(socket.get());
    const auto* const name = reinterpret_cast<const sockaddr*>(&address.octets);
    if (::connect(socket.get(), name, address.size) != 0) error = errno;
  }
  if (error == EINPROGRESS) {
    const auto ready = wait(socket.get(), POLLOUT, until);
    if (!ready) return std::unexpected(ready.error());
    socklen_t size = sizeof error;
    if (!*ready) {
      error = ETIMEDOUT;
    } else if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  if (error == 0) return socket;
  return problem(ProblemKind::kUnreachable, host_ + ": " + std::strerror(error));
}

Outcome<std::unique_ptr<Wire>> TcpNetwork::connect(Time until) {
  auto last = client::Problem{ProblemKind::kUnreachable, host_ + ": has no address"};
  for (auto address = addresses_.begin(); address != addresses_.end(); ++address) {
    const Time begun = now();
    const auto left = addresses_.end() - address;
    auto socket = connect_to(*address, begun + (until - begun) / left);
    if (!socket) {
      last = socket.error();
      continue;
    }
    std::rotate(addresses_.begin(), address, addresses_.end());
    auto wire = std::make_unique<TcpWire>(*this, *std::move(socket));
    if (security_ == client::Login::Security::kTls) {
      if (auto secured = wire->secure(until); !secured) return std::unexpected(secured.error());
    }
    return wire;
  }
  return std::unexpected(last);
}

}  // namespace roost::doctor
