#include "client/surroundings.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace roost::client {

namespace {

constexpr Duration kBurst = std::chrono::seconds(1);
using boost::asio::posix::stream_descriptor;

// Never due; reading it fails with ECANCELED when the clock was set or the machine has resumed
// (timerfd_create(2)).
int clock_descriptor() {
  const int timer = ::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (timer < 0) return -1;
  itimerspec never{};
  never.it_value.tv_sec = 8'000'000'000;
  ::timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr);
  return timer;
}

// Addresses that come and go, and routes.
int network_descriptor() {
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (socket < 0) return -1;
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE;
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return socket;
  }
  ::close(socket);
  return -1;
}

}  // namespace

Surroundings::Surroundings(const boost::asio::any_io_executor& executor,
                           std::function<void()> changed)
    : clock_(executor),
      network_(executor),
      settled_(executor, [this, changed = std::move(changed)] {
        settling_ = false;
        changed();
      }) {
  if (const int clock = clock_descriptor(); clock >= 0) {
    clock_.assign(clock);
    watch_clock();
  }
  if (const int network = network_descriptor(); network >= 0) {
    network_.assign(network);
    watch_network();
  }
}

void Surroundings::watch_clock() {
  clock_.async_wait(stream_descriptor::wait_read,
                    [this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
                      if (error || alive.expired()) return;
                      // A timer that was cancelled stays; the next change cancels it again.
                      std::uint64_t times = 0;
                      (void)!::read(clock_.native_handle(), &times, sizeof times);
                      settle();
                      watch_clock();
                    });
}

void Surroundings::watch_network() {
  network_.async_wait(stream_descriptor::wait_read, [this, alive = std::weak_ptr(alive_)](
                                                        const boost::system::error_code& error) {
    if (error || alive.expired()) return;
    std::array<char, 8192> message;
    ssize_t octets = 0;
    do {
      octets = ::recv(network_.native_handle(), message.data(), message.size(), 0);
    } while (octets > 0);
    settle();
    watch_network();
  });
}

void Surroundings::settle() {
  if (std::exchange(settling_, true)) return;
  const Time soon = BootClock::now() + kBurst;
  told_ = told_ ? std::max(soon, *told_ + kMinimum) : soon;
  settled_.set(*told_);
}

}  // namespace roost::client
