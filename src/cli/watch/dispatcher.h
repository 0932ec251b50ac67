// Dispatcher: an ActionQueue with the action that it is for, and a timer.
//
// Owner: a WatchRun. Thread: that of the context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/watch/action.h"
#include "cli/watch/action_queue.h"
#include "client/boot_timer.h"

namespace roost::cli {

class Dispatcher {
 public:
  // say: for the user, that what is done for a mailbox fails; again when it fails with something
  // else, and when it succeeds again.
  Dispatcher(boost::asio::io_context& context, client::Duration settle,
             std::unique_ptr<Action> action, std::function<void(const std::string&)> say);

  void add(const Source& source, const std::vector<client::Event>& events);
  // All that is there and still comes is tried once more; then the context has no more work of it.
  void drain();
  [[nodiscard]] std::size_t lost() const { return queue_.lost(); }

 private:
  void work();
  void finished(const Batch& batch, const Result<void>& result);

  ActionQueue queue_;
  std::unique_ptr<Action> action_;
  std::function<void(const std::string&)> say_;
  client::BootTimer timer_;
  std::map<std::string, std::string> said_;  // by mailbox, since it last succeeded
};

}  // namespace roost::cli
