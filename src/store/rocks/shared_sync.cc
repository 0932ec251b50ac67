#include "store/rocks/shared_sync.h"

#include <exception>
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
    leads = !open_;
    if (leads) open_ = std::make_shared<Round>();
    round = open_;
    before = begun_;
  }
  if (leads) {
    if (before) before->wait();
    lead(*round);
  } else {
    round->wait();
  }
  if (!round->durable) return fail(*failure());
  return {};
}

void SharedSync::lead(Round& round) noexcept {
  bool failed = false;
  {
    std::lock_guard lock(mutex_);
    // Who comes from here on may have written when the sync has passed his octets: the next round.
    begun_ = std::move(open_);
    failed = failure_.has_value();
  }
  if (!failed) {
    try {
      if (auto synced = sync_(); !synced) fail_with(std::move(synced).error());
    } catch (const std::exception& exception) {  // of a library: how far it came nobody knows
      fail_with({ErrorCode::kUnavailable, exception.what()});
    }
  }
  {
    std::lock_guard lock(mutex_);
    round.durable = !failure_;
  }
  round.ended.store(1);  // seq_cst: seen by who has not yet told notify_all that he waits
  round.ended.notify_all();
}

void SharedSync::give_up(Error error) {
  if (failure_) return;
  failure_ = std::move(error);
  log::error("the store takes no more changes until it is restarted: {}", failure_->detail);
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
