// What time it is, as a thing that a test can bring. For dates that are shown or stored. How long
// something takes or when it is due is std::chrono::steady_clock's affair: the wall clock jumps.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace roost {

// Thread: any.
class WallClock {
 public:
  virtual ~WallClock() = default;
  [[nodiscard]] virtual std::int64_t unix_seconds() const = 0;
};

class SystemClock final : public WallClock {
 public:
  [[nodiscard]] std::int64_t unix_seconds() const override {
    return std::chrono::floor<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

[[nodiscard]] inline const WallClock& system_clock() {
  static const SystemClock clock;
  return clock;
}

// Stands still until it is set.
class ManualClock final : public WallClock {
 public:
  explicit ManualClock(std::int64_t unix_seconds) : now_(unix_seconds) {}
  [[nodiscard]] std::int64_t unix_seconds() const override { return now_; }
  void set(std::int64_t unix_seconds) { now_ = unix_seconds; }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace roost
