#include "harness/relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "harness/die.h"

namespace roost::bench {
namespace {

constexpr size_t kFirstPair = 2;  // in files_

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void reset(int file) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(file, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(file);
}

void send_at_once(int file) {
  const int on = 1;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Relay::Relay(uint16_t server_port)
    : server_port_(server_port),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      commands_(eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 16) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 || commands_ < 0) {
    die("cannot listen: {}", std::strerror(errno));
  }
  port_ = ntohs(address.sin_port);
  files_ = {{listener_, POLLIN, 0}, {commands_, POLLIN, 0}};
  thread_ = std::thread([this] { run(); });
}

Relay::~Relay() {
  ends_ = true;
  cut();
  thread_.join();
  close(listener_);
  close(commands_);
}

void Relay::cut() {
  const uint64_t one = 1;
  if (write(commands_, &one, sizeof one) != sizeof one) die("no eventfd");
  done_.acquire();
}

void Relay::run() {
  for (;;) {
    if (poll(files_.data(), files_.size(), -1) < 0) continue;
    if (files_[1].revents != 0) {
      uint64_t ignored = 0;
      static_cast<void>(!read(commands_, &ignored, sizeof ignored));
      reset_all();
      const bool last = ends_;  // once released the owner may be gone
      done_.release();
      if (last) return;
      continue;
    }
    for (size_t i = kFirstPair; i < files_.size(); i += 2) {
      if (forward(files_[i], files_[i + 1].fd, false) &&
          forward(files_[i + 1], files_[i].fd, true)) {
        continue;
      }
      close(files_[i].fd);
      close(files_[i + 1].fd);
      files_.erase(files_.begin() + static_cast<std::ptrdiff_t>(i),
                   files_.begin() + static_cast<std::ptrdiff_t>(i) + 2);
      i -= 2;
    }
    if (files_[0].revents != 0) accept_client();
  }
}

void Relay::accept_client() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_port_);
  if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(server);
    return reset(client);
  }
  send_at_once(client);
  send_at_once(server);
  files_.push_back({client, POLLIN, 0});
  files_.push_back({server, POLLIN, 0});
}

bool Relay::forward(const pollfd& from, int to, bool from_server) {
  if (from.revents == 0) return true;
  char octets[16384];
  const ssize_t n = read(from.fd, octets, sizeof octets);
  if (n <= 0) return false;
  auto unheard = Clock::time_point::min();
  if (from_server) spoke_.compare_exchange_strong(unheard, Clock::now());
  std::string_view rest(octets, static_cast<size_t>(n));
  while (!rest.empty()) {
    const ssize_t sent = send(to, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void Relay::reset_all() {
  for (size_t i = kFirstPair; i < files_.size(); ++i) reset(files_[i].fd);
  files_.resize(kFirstPair);
}

}  // namespace roost::bench
