// Dispatcher: an ActionQueue with the action that it is for, and a timer.
//
// Owner: a Watch. Thread: that of the context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/watch/action.h"
#include "cli/watch/action_queue.h"
#include "client/boot_timer.h"

namespace roost::cli {

class Dispatcher {
 public:
  // say: for the user, that an action has failed; again when it failed with something else.
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
  std::string said_;  // since an action has succeeded
};

}  // namespace roost::cli
