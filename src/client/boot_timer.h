// BootTimer: calls back at a time of BootClock. Asio's own timers stand still while the machine is
// suspended; this one is due at once when it resumes. Where the process has no descriptor left for
// it, it is as Asio's are.
//
// Owner and thread: those of the executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "client/time.h"

namespace roost::client {

class BootTimer {
 public:
  // due is called from the executor, once for each set(); it may destroy the timer.
  BootTimer(const boost::asio::any_io_executor& executor, std::function<void()> due);
  // Instead of any time before.
  void set(Time at);
  void cancel();

 private:
  void arm();

  boost::asio::posix::stream_descriptor descriptor_;  // closed: there was none left
  boost::asio::steady_timer plain_;
  std::function<void()> due_;
  // Of the wait that counts. One that has succeeded may still be on its way to its handler when
  // this is set anew, cancelled or destroyed.
  std::shared_ptr<unsigned> turn_ = std::make_shared<unsigned>(0);
};

}  // namespace roost::client
