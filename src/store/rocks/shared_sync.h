// One sync of the log for all who wait: whoever comes while one runs joins the round of the next,
// and the first to join leads it: syncs for all who have come before. No timer and no debounce: a
// lone writer never waits for company, and many share by themselves.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
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
  // A sync and those it is for. They wait for it without the mutex: fifty that wake at once would
  // queue for it.
  struct Round {
    std::atomic<int> ended = 0;  // 1: the sync is over; an int, for that is what a futex is
    bool durable = false;        // before ended; if not, failure_ says why

    void wait() const { ended.wait(0, std::memory_order_acquire); }
  };
  using RoundPtr = std::shared_ptr<Round>;

  // Ensures: the round ends, whatever sync_ does; others wait for it. Should there be no memory
  // even for saying so, the process ends: noexcept.
  void lead(Round& round) noexcept;
  void give_up(Error error);  // with mutex_

  const Sync sync_;
  mutable std::mutex mutex_;
  RoundPtr begun_;  // the last whose sync was begun, if any
  RoundPtr open_;   // the one that can be joined, if any; who made it leads it
  std::optional<Error> failure_;
};

}  // namespace roost::store
