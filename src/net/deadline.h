// Deadlines without a timer each: a loop has one timer, for the first instant at which anything is
// due. Due instants are rounded up to a tick, so that deadlines of one age share an instant and its
// intrusive list; arming costs one look-up among the instants, cancelling is O(1).
//
// Thread: the loop's.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

namespace roost::net {

using Clock = std::chrono::steady_clock;
static_assert(Clock::is_steady, "whoever sets the wall clock forward would log everybody out");

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
  friend class Calendar;
  Callback callback_;
  void* owner_;
};

// What is due when, with the time told from outside. Deadlines drives it with the steady clock.
class Calendar {
 public:
  void arm(Deadline& deadline, Clock::time_point now, std::chrono::milliseconds after);
  void arm_aligned(Deadline& deadline, Clock::time_point now, std::chrono::milliseconds interval,
                   std::uint64_t key);
  // Calls what is due. A callback may arm, cancel and destroy any deadline, its own too.
  void run_due(Clock::time_point now);
  // The first instant to call run_due at. Nothing may be due then, if all of it is cancelled later.
  [[nodiscard]] std::optional<Clock::time_point> next();

 private:
  using List = boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>>;
  void insert(Deadline& deadline, Clock::time_point due);
  std::map<Clock::time_point, List> instants_;
};

class Deadlines {
 public:
  explicit Deadlines(boost::asio::io_context& context) : timer_(context.get_executor()) {}

  // Calls the deadline's callback once, `after` from now (never early, at most a second late).
  // Armed already: moved. after > 0.
  void arm(Deadline& deadline, std::chrono::milliseconds after);
  // The same for keep-alives: deadlines of one interval and key (a client's address) that are armed
  // again each time fall due at the same instants, so that one phone with several connections is
  // woken once. The first comes between half and all of the interval from now.
  void arm_aligned(Deadline& deadline, std::chrono::milliseconds interval, std::uint64_t key);
  // The loop's time: what deadlines are measured by.
  [[nodiscard]] Clock::time_point now() const { return Clock::now() + skipped_; }
  // For tests that do not want to wait: so much time has passed, for this loop's deadlines.
  void skip(std::chrono::milliseconds time);

 private:
  using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>,
                                                  boost::asio::io_context::executor_type>;
  void wait();

  Calendar calendar_;
  Timer timer_;
  std::optional<Clock::time_point> waits_for_;
  Clock::duration skipped_{0};
};

}  // namespace roost::net
