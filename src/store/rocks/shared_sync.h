// One sync of the log for all who wait: whoever comes while none runs becomes the leader and syncs
// for everybody who has come before; whoever comes while one runs waits for the next. No timer and
// no debounce: a lone writer never waits for company, and many share by themselves.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "base/error.h"

namespace roost::store {

// Owner: the Database. Any thread.
class SharedSync {
 public:
  using Sync = std::function<Result<void>()>;
  explicit SharedSync(Sync sync) : sync_(std::move(sync)) {}

  // Ensures: all that the caller wrote before is durable. After a failure every call fails, for
  // nobody knows any more what is on disk (a second fsync may say yes to what the first one lost).
  [[nodiscard]] Result<void> wait();

  // From now on every wait fails with this.
  void fail_with(Error error);
  // What all calls fail with; nothing while all is well.
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  void lead(std::unique_lock<std::mutex>& lock);
  void give_up(Error error);  // requires mutex_

  const Sync sync_;
  mutable std::mutex mutex_;
  // Two conditions, used in turn: a sync that ends wakes those it served, and one of the next.
  std::condition_variable served_[2];
  std::uint64_t started_ = 0;   // syncs begun
  std::uint64_t finished_ = 0;  // syncs ended; at most one less than started_
  std::optional<Error> failure_;
};

}  // namespace roost::store
