#include "harness/idlers.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include "harness/die.h"

namespace roost::bench {
namespace {

constexpr size_t kBatch = 256;
constexpr size_t kBufferSize = 64 * 1024;

}  // namespace

std::unique_ptr<ImapClient> reader(const Server& server, size_t index, Security security) {
  const Ports& ports = server.ports();
  auto client =
      std::make_unique<ImapClient>(security == Security::kTls ? ports.imaps : ports.imap, security);
  client->login(account(index), kPassword);
  client->select("INBOX");
  return client;
}

Idlers set_up_idlers(const Server& server, const IdlersWanted& wanted) {
  Idlers idlers(wanted.count);
  std::atomic<size_t> next = 0;
  std::vector<std::jthread> threads;
  threads.reserve(wanted.parallel);
  for (size_t t = 0; t < wanted.parallel; ++t) {
    threads.emplace_back([&] {
      for (size_t n = next++; n < wanted.count; n = next++) {
        idlers[n] = reader(server, n % wanted.accounts, wanted.security);
        idlers[n]->idle();
      }
    });
  }
  threads.clear();
  return idlers;
}

Ears::Ears(const Idlers& idlers)
    : idlers_(idlers), epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(kBufferSize) {
  ready_.reserve(kBatch);
  for (size_t i = 0; i < idlers.size(); ++i) {
    // Edge-triggered: the kernel need not ask each socket again whether it is empty now.
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = i}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, idlers[i]->stream().descriptor(), &event) != 0) {
      die("epoll: {}", std::strerror(errno));
    }
  }
}

Ears::~Ears() { close(epoll_); }

size_t Ears::wait(std::chrono::milliseconds patience) {
  std::array<epoll_event, kBatch> events{};
  const int n = epoll_wait(epoll_, events.data(), kBatch, static_cast<int>(patience.count()));
  ready_.clear();
  for (int i = 0; i < n; ++i) ready_.push_back(events[static_cast<size_t>(i)].data.u64);
  return ready_.size();
}

std::string_view Ears::receive(size_t client) {
  const ssize_t n =
      recv(idlers_[client]->stream().descriptor(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return {};
  if (n <= 0) die("the server closed the connection: {}", n < 0 ? std::strerror(errno) : "end");
  return {buffer_.data(), static_cast<size_t>(n)};
}

}  // namespace roost::bench
