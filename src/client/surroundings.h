// Surroundings: tells when the machine has been suspended (or its clock was set, which looks the
// same), and when its network has changed. Connections are not trusted then until they answer.
//
// Owner and thread: those of the executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "client/boot_timer.h"

namespace roost::client {

class Surroundings {
 public:
  // Links come and go in fits, and who connects anew each time is a nuisance to the server.
  static constexpr Duration kMinimum = std::chrono::minutes(1);

  // changed is called from the executor, once for a burst of changes, and not more often than once
  // in kMinimum. Where the system does not say (no netlink in a sandbox), deadlines alone find out.
  Surroundings(const boost::asio::any_io_executor& executor, std::function<void()> changed);

 private:
  void watch_clock();
  void watch_network();
  void settle();

  boost::asio::posix::stream_descriptor clock_;
  boost::asio::posix::stream_descriptor network_;
  std::optional<Time> told_;  // when changed was called last, or will be
  bool settling_ = false;
  BootTimer settled_;
  // A wait that has succeeded may still be on its way to its handler when this is destroyed.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace roost::client
