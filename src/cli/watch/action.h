// Action: what is done about events. Asynchronous, several at a time.
#pragma once

#include <functional>

#include "base/error.h"
#include "cli/watch/report.h"

namespace roost::cli {

// Owner: a Dispatcher. Thread: that of its context.
class Action {
 public:
  virtual ~Action() = default;
  // done is called once, from the context and not from within; batch lasts until then.
  virtual void start(const Batch& batch, std::function<void(Result<void>)> done) = 0;
};

}  // namespace roost::cli
