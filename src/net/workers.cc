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

class Workers::Queue {
 public:
  void push(Task task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
  }

  // Waits for a task; an empty one when the queue is closed and nothing is left.
  [[nodiscard]] Task pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !tasks_.empty(); });
    if (tasks_.empty()) return {};
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
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
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
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
