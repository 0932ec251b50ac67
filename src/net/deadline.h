// Deadlines without a timer each: all deadlines of one interval stand in one intrusive list in the
// order they fall due, and one timer per list waits for the first. Arming and cancelling are O(1).
//
// Thread: the loop's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

namespace roost::net {

using Clock = std::chrono::steady_clock;

// A member of whatever waits. Cancelled when destroyed.
class Deadline : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using Callback = void (*)(void* owner);
  Deadline(Callback callback, void* owner) : callback_(callback), owner_(owner) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  [[nodiscard]] bool armed() const { return is_linked(); }
  void cancel() { unlink(); }

 private:
  friend class Deadlines;
  Callback callback_;
  void* owner_;
  Clock::time_point due_;
};

class Deadlines {
 public:
  explicit Deadlines(boost::asio::io_context& context);
  ~Deadlines();

  // Calls the deadline's callback once, `after` from now (never early, at most a second late).
  // Armed already: moved. after > 0.
  void arm(Deadline& deadline, std::chrono::milliseconds after);
  // The same for keep-alives: all deadlines of one interval and key (a client's address) fall due
  // at the same instants, so that one phone with several connections is woken once. The first comes
  // between half and all of the interval from now.
  void arm_aligned(Deadline& deadline, std::chrono::milliseconds interval, std::uint64_t key);

 private:
  class Lists;
  std::unique_ptr<Lists> lists_;
};

}  // namespace roost::net
