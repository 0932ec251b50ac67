// The set, and the turn in which its events are handed out. No connection is destroyed before the
// end of that turn, so no event of a batch can find its connection gone.
#include "net/socket_events.h"

#include <sys/epoll.h>

#include <array>

#include "base/check.h"
#include "net/loop.h"
#include "net/loop_connections.h"
#include "net/socket_connection.h"

namespace roost::net {

namespace {

constexpr int kBatch = 128;  // events a turn; then the loop's tasks and deadlines have theirs

}  // namespace

SocketEvents::SocketEvents(Loop& loop) : loop_(loop), set_(loop.context()) {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  ROOST_CHECK(set >= 0);
  set_.assign(set);
  wait();
}

bool SocketEvents::add(int socket, SocketConnection& connection) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &connection;
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, socket, &event) == 0;
}

void SocketEvents::wait() {
  set_.async_wait(decltype(set_)::wait_read, [this](const boost::system::error_code& error) {
    if (!error) collect();
  });
}

void SocketEvents::collect() {
  const LoopConnections::Turn turn(loop_.connections());
  std::array<epoll_event, kBatch> events;
  const int count = ::epoll_wait(set_.native_handle(), events.data(), kBatch, 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[i];
    constexpr std::uint32_t kBroken = EPOLLHUP | EPOLLERR;
    static_cast<SocketConnection*>(event.data.ptr)
        ->ready({.readable = (event.events & (EPOLLIN | EPOLLRDHUP | kBroken)) != 0,
                 .writable = (event.events & (EPOLLOUT | kBroken)) != 0,
                 .ended = (event.events & (EPOLLRDHUP | kBroken)) != 0});
  }
  wait();  // asks anew whether there is more
}

}  // namespace roost::net
