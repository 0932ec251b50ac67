// The thread that sweeps now and then.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace roost::store {

// Owner: the store, which outlives it. Calls sweep on a thread of its own, every interval; the
// destructor waits for one that runs.
class Sweeper {
 public:
  Sweeper(std::chrono::seconds interval, std::function<void()> sweep)
      : thread_([this, interval, sweep = std::move(sweep)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          while (!wake_.wait_for(lock, stop, interval, [&stop] { return stop.stop_requested(); })) {
            lock.unlock();
            sweep();
            lock.lock();
          }
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace roost::store
