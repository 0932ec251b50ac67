#include "client/boot_timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "base/check.h"

namespace roost::client {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

BootTimer::BootTimer(const boost::asio::any_io_executor& executor, std::function<void()> due)
    : descriptor_(executor), plain_(executor), due_(std::move(due)) {
  const int timer = ::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (timer < 0) return;
  boost::system::error_code error;
  descriptor_.assign(timer, error);
  if (error) ::close(timer);
}

void BootTimer::set(Time at) {
  if (!descriptor_.is_open()) {
    plain_.expires_after(at - BootClock::now());
    return arm();
  }
  // Zero would disarm it.
  const Duration since_boot = std::max<Duration>(at.time_since_epoch(), milliseconds(1));
  const auto whole = duration_cast<seconds>(since_boot);
  const itimerspec when{
      .it_interval = {},
      .it_value = {.tv_sec = whole.count(), .tv_nsec = nanoseconds(since_boot - whole).count()}};
  ROOST_CHECK(::timerfd_settime(descriptor_.native_handle(), TFD_TIMER_ABSTIME, &when, nullptr) ==
              0);
  descriptor_.cancel();
  arm();
}

void BootTimer::cancel() {
  ++*turn_;
  boost::system::error_code none_is_open;
  descriptor_.cancel(none_is_open);
  plain_.cancel();
}

void BootTimer::arm() {
  auto waited = [this, mine = ++*turn_,
                 turn = std::weak_ptr(turn_)](const boost::system::error_code& error) {
    if (error || turn.expired() || *turn_ != mine) return;
    std::uint64_t times = 0;
    if (descriptor_.is_open() && ::read(descriptor_.native_handle(), &times, sizeof times) < 0) {
      return arm();  // not due after all: its time is another by now
    }
    // A copy: what is called may destroy this.
    const std::function<void()> due = due_;
    due();
  };
  if (!descriptor_.is_open()) return plain_.async_wait(std::move(waited));
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read, std::move(waited));
}

}  // namespace roost::client
