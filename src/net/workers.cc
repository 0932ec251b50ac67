// The worker pool: one queue, first come, first served.
#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "net/loop.h"

namespace roost::net {

namespace {

constexpr std::size_t kDefaultWorkers = 64;

}  // namespace

// A push wakes one worker, unless one is on its way; who comes wakes the next, if there is more to
// do. So no task waits while a worker sleeps, but a burst of short tasks is done by the few that
// are awake instead of by as many as there are tasks.
class Workers::Queue {
 public:
  void push(Task task) {
    std::unique_lock lock(mutex_);
    tasks_.push_back(std::move(task));
    wake_one(std::move(lock));
  }

  // Waits for a task; an empty one when the queue is closed and nothing is left.
  [[nodiscard]] Task pop() {
    std::unique_lock lock(mutex_);
    while (tasks_.empty() && !closed_) {
      ++asleep_;
      changed_.wait(lock);
      --asleep_;
      waking_ = false;
    }
    if (tasks_.empty()) return {};
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    if (!tasks_.empty()) wake_one(std::move(lock));
    return task;
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

 private:
  void wake_one(std::unique_lock<std::mutex> lock) {
    if (asleep_ == 0 || waking_) return;
    waking_ = true;
    lock.unlock();
    changed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::size_t asleep_ = 0;
  bool waking_ = false;  // one of those asleep has been woken and has not yet come
  bool closed_ = false;
};

Workers::Workers(std::size_t count) : queue_(std::make_unique<Queue>()) {
  if (count == 0) count = kDefaultWorkers;
  threads_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::thread& thread = threads_.emplace_back([&queue = *queue_] {
      while (Task task = queue.pop()) task();
    });
    ::pthread_setname_np(thread.native_handle(), "worker");
  }
}

Workers::~Workers() {
  queue_->close();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::post(Task task) { queue_->push(std::move(task)); }

}  // namespace roost::net
