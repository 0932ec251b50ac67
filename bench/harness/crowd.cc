#include "harness/crowd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <latch>
#include <mutex>
#include <string>
#include <thread>

#include "harness/die.h"

namespace roost::bench {
namespace {

constexpr size_t kPerAddress = 9000;
constexpr size_t kPerStand = 2 * kPerAddress;
constexpr size_t kAtOnce = 64;  // clients being set up, of all stands; but some of each
constexpr size_t kBatch = 256;
constexpr size_t kBufferSize = 64 * 1024;
constexpr int kSmallBuffer = 2304;  // of the socket of a client that will not read
constexpr int kPauseMs = 200;       // after which a stand looks whether it is to end

/// 127.1.0.1 and on.
in_addr address_of(size_t client) {
  const size_t n = client / kPerAddress;
  return {htonl(static_cast<uint32_t>(0x7f010001 + n / 250 * 256 + n % 250))};
}

SSL_CTX* client_context() {
  static SSL_CTX* const context = [] {
    SSL_CTX* made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(made, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    return made;
  }();
  return context;
}

int connect_from(in_addr from, uint16_t port, bool small_buffer) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket: {}", std::strerror(errno));
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (small_buffer) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSmallBuffer, sizeof kSmallBuffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = from;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    die("bind: {}", std::strerror(errno));
  }
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    die("connect: {}", std::strerror(errno));
  }
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

}  // namespace

std::unique_ptr<ImapClient> reader(const Server& server, size_t index, Security security) {
  const Ports& ports = server.ports();
  auto client =
      std::make_unique<ImapClient>(security == Security::kTls ? ports.imaps : ports.imap, security);
  client->login(account(index), kPassword);
  client->select("INBOX");
  return client;
}

/// The clients of one thread.
class Crowd::Stand {
 public:
  Stand(const Server& server, const CrowdWanted& wanted, size_t first, size_t count, size_t at_once,
        std::latch& ready)
      : wanted_(wanted),
        port_(wanted.security == Security::kTls ? server.ports().imaps : server.ports().imap),
        first_(first),
        at_once_(at_once),
        ready_(ready),
        sockets_(count, -1),
        joining_(count),
        buffer_(kBufferSize),
        thread_([this] { run(); }) {}

  void end() { ended_ = true; }
  void listen(const Ear& ear) {
    const std::scoped_lock lock(mutex_);
    ear_ = ear;
  }

 private:
  enum class Stage { kHandshake, kGreeting, kLogin, kSelect, kIdle };
  struct SslFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  /// What there is of a client until it is in IDLE.
  struct Joining {
    Stage stage = Stage::kGreeting;
    std::unique_ptr<SSL, SslFree> tls;
    std::string input;
  };

  void run() {
    // Whatever is opened here goes when the thread ends.
    if (unshare(CLONE_FILES) != 0) die("unshare: {}", std::strerror(errno));
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    std::array<epoll_event, kBatch> events{};
    size_t next = 0;
    while (!ended_) {
      for (; under_way_ < at_once_ && next < sockets_.size(); ++next) join(next);
      const int n = epoll_wait(epoll_, events.data(), kBatch, kPauseMs);
      const std::scoped_lock lock(mutex_);
      for (int i = 0; i < n; ++i) {
        const size_t client = events[static_cast<size_t>(i)].data.u64;
        joining_[client] ? go_on(client) : hear(client);
      }
    }
  }

  [[nodiscard]] bool stalls(size_t client) const {
    return wanted_.stalled_every > 0 && (first_ + client) % wanted_.stalled_every == 0;
  }

  void join(size_t client) {
    ++under_way_;
    const int fd = connect_from(address_of(first_ + client), port_, stalls(client));
    sockets_[client] = fd;
    joining_[client] = std::make_unique<Joining>();
    if (wanted_.security == Security::kTls) {
      joining_[client]->tls.reset(SSL_new(client_context()));
      SSL_set_fd(joining_[client]->tls.get(), fd);
      joining_[client]->stage = Stage::kHandshake;
    }
    // Edge-triggered: the kernel need not ask each socket again whether it is empty now.
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = client}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll: {}", std::strerror(errno));
    go_on(client);
  }

  void joined(size_t client) {
    joining_[client].reset();
    --under_way_;
    if (++joined_ == sockets_.size()) ready_.count_down();
  }

  /// As far as what has come permits.
  void go_on(size_t client) {
    Joining& joining = *joining_[client];
    if (joining.stage == Stage::kHandshake) {
      if (SSL_connect(joining.tls.get()) != 1) {
        if (SSL_get_error(joining.tls.get(), -1) == SSL_ERROR_WANT_READ) return;
        die("TLS handshake failed");
      }
      joining.stage = Stage::kGreeting;
    }
    while (const size_t n = receive(client, joining.tls.get())) {
      joining.input.append(buffer_.data(), n);
    }
    if (joining.stage == Stage::kGreeting && came(joining, "* OK")) {
      say(client, fmt::format("a LOGIN {} {}\r\n", account((first_ + client) % wanted_.accounts),
                              kPassword));
      joining.stage = Stage::kLogin;
    }
    if (joining.stage == Stage::kLogin && came(joining, "a OK")) {
      say(client, "b SELECT INBOX\r\n");
      joining.stage = Stage::kSelect;
    }
    if (joining.stage == Stage::kSelect && came(joining, "b OK")) {
      if (stalls(client)) {
        say(client, "c FETCH 1 BODY.PEEK[]\r\nd IDLE\r\n");
        return joined(client);
      }
      say(client, "c IDLE\r\n");
      joining.stage = Stage::kIdle;
    }
    if (joining.stage == Stage::kIdle && came(joining, "+ ")) joined(client);
  }

  /// Whether a whole line that begins like that has come; it and those before it are done with.
  static bool came(Joining& joining, std::string_view begin) {
    std::string& input = joining.input;
    for (size_t end = input.find('\n'); end != std::string::npos; end = input.find('\n')) {
      const bool found = input.starts_with(begin);
      const std::string line = input.substr(0, end);
      input.erase(0, end + 1);
      if (found) return true;
      if (!line.starts_with("* ")) die("not {}: {}", begin, line);
    }
    return false;
  }

  void hear(size_t client) {
    if (stalls(client)) return;
    const size_t n = receive(client, nullptr);
    if (n > 0 && ear_) ear_(first_ + client, {buffer_.data(), n});
  }

  void say(size_t client, const std::string& octets) {
    SSL* const tls = joining_[client]->tls.get();
    const auto size = static_cast<int>(octets.size());
    const ssize_t n = tls != nullptr ? SSL_write(tls, octets.data(), size)
                                     : send(sockets_[client], octets.data(), octets.size(), 0);
    if (n != size) die("write failed: {}", std::strerror(errno));
  }

  /// 0: there is nothing.
  size_t receive(size_t client, SSL* tls) {
    if (tls != nullptr) {
      const int n = SSL_read(tls, buffer_.data(), static_cast<int>(buffer_.size()));
      if (n > 0) return static_cast<size_t>(n);
      if (SSL_get_error(tls, n) == SSL_ERROR_WANT_READ) return 0;
      die("TLS: the server closed the connection");
    }
    // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection): the socket does not block
    const ssize_t n = recv(sockets_[client], buffer_.data(), buffer_.size(), 0);
    if (n > 0) return static_cast<size_t>(n);
    if (n < 0 && errno == EAGAIN) return 0;
    die("the server closed the connection: {}", n < 0 ? std::strerror(errno) : "end");
  }

  const CrowdWanted wanted_;
  const uint16_t port_;
  const size_t first_;
  const size_t at_once_;
  std::latch& ready_;
  int epoll_ = -1;
  std::vector<int> sockets_;
  std::vector<std::unique_ptr<Joining>> joining_;  // null: in IDLE, or not begun
  size_t under_way_ = 0;
  size_t joined_ = 0;
  std::vector<char> buffer_;
  std::mutex mutex_;
  Ear ear_;  // with mutex_
  std::atomic<bool> ended_ = false;
  std::jthread thread_;  // the last, as it uses all of the above
};

Crowd::Crowd(const Server& server, const CrowdWanted& wanted) {
  const size_t stands = (wanted.count + kPerStand - 1) / kPerStand;
  const size_t at_once = std::max<size_t>(kAtOnce / std::max<size_t>(stands, 1), 4);
  std::latch ready(static_cast<std::ptrdiff_t>(stands));
  const auto start = std::chrono::steady_clock::now();
  for (size_t first = 0; first < wanted.count; first += kPerStand) {
    const size_t count = std::min(kPerStand, wanted.count - first);
    stands_.push_back(std::make_unique<Stand>(server, wanted, first, count, at_once, ready));
  }
  ready.wait();
  set_up_time_ = std::chrono::steady_clock::now() - start;
}

Crowd::~Crowd() {
  for (const auto& stand : stands_) stand->end();
}

void Crowd::listen(const Ear& ear) {
  for (const auto& stand : stands_) stand->listen(ear);
}

}  // namespace roost::bench
