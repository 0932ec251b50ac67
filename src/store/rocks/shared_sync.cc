#include "store/rocks/shared_sync.h"

#include "base/log.h"

namespace roost::store {

Result<void> SharedSync::wait() {
  std::unique_lock lock(mutex_);
  // A sync that has begun may have begun before the caller's write: only the next one surely has
  // it.
  const std::uint64_t mine = started_ + 1;
  std::condition_variable& served = served_[mine % 2];
  while (!failure_ && finished_ < mine) {
    if (started_ == finished_) {
      lead(lock);
    } else {
      served.wait(lock);
    }
  }
  if (failure_) return fail(*failure_);
  return {};
}

void SharedSync::lead(std::unique_lock<std::mutex>& lock) {
  const std::uint64_t mine = ++started_;
  lock.unlock();
  const Result<void> synced = sync_();
  lock.lock();
  finished_ = mine;
  if (!synced) give_up(synced.error());
  served_[mine % 2].notify_all();
  if (failure_) {
    served_[(mine + 1) % 2].notify_all();
  } else {
    served_[(mine + 1) % 2].notify_one();  // the next leader
  }
}

void SharedSync::give_up(Error error) {
  if (failure_) return;
  log::error("the store takes no more changes until it is restarted: {}", error.detail);
  failure_ = std::move(error);
}

void SharedSync::fail_with(Error error) {
  std::lock_guard lock(mutex_);
  give_up(std::move(error));
  for (std::condition_variable& served : served_) served.notify_all();
}

std::optional<Error> SharedSync::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace roost::store
