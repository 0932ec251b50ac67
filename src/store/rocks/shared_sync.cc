#include "store/rocks/shared_sync.h"

#include <utility>

#include "base/log.h"

namespace roost::store {

Result<void> SharedSync::wait() {
  RoundPtr round;
  RoundPtr before;
  bool leads = false;
  {
    std::lock_guard lock(mutex_);
    if (failure_) return fail(*failure_);
    round = open_;
    before = begun_;
    leads = !std::exchange(round->led, true);
  }
  if (leads) {
    if (before) before->wait();
    lead(*round);
  } else {
    round->wait();
  }
  if (round->failure) return fail(*round->failure);
  return {};
}

void SharedSync::lead(Round& round) {
  Result<void> synced;
  {
    std::lock_guard lock(mutex_);
    // Who comes from here on may have written when the sync has passed his octets: the next round.
    begun_ = std::exchange(open_, std::make_shared<Round>());
    if (failure_) synced = fail(*failure_);
  }
  if (synced) synced = sync_();
  {
    std::lock_guard lock(mutex_);
    if (!synced) give_up(synced.error());
    round.failure = failure_;
  }
  round.ended.store(1, std::memory_order_release);
  round.ended.notify_all();
}

void SharedSync::give_up(Error error) {
  if (failure_) return;
  log::error("the store takes no more changes until it is restarted: {}", error.detail);
  failure_ = std::move(error);
}

void SharedSync::fail_with(Error error) {
  std::lock_guard lock(mutex_);
  give_up(std::move(error));
}

std::optional<Error> SharedSync::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace roost::store
