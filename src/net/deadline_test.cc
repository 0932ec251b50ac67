// The calendar with a made-up clock, and the loop's timer that follows it.
#include "net/deadline.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "net/loop.h"

namespace roost::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Waiter {
  explicit Waiter(std::vector<int>& called, int name) : log(called), id(name) {}
  static void struck(void* owner) {
    auto* self = static_cast<Waiter*>(owner);
    self->log.push_back(self->id);
  }
  std::vector<int>& log;
  int id;
  Deadline deadline{&Waiter::struck, this};
};

class CalendarTest : public testing::Test {
 protected:
  // Goes from instant to instant until `end`.
  void run_until(Clock::time_point end) {
    while (calendar_.next() && *calendar_.next() <= end) {
      now_ = std::max(now_, *calendar_.next());
      calendar_.run_due(now_);
    }
    now_ = end;
  }

  Calendar calendar_;
  Clock::time_point now_{std::chrono::hours{1000} + milliseconds{123}};
  std::vector<int> called_;
};

TEST_F(CalendarTest, CallsOnceNeverEarlyAndAtMostASecondLate) {
  for (const milliseconds after : {milliseconds{1}, milliseconds{250}, milliseconds{60'000}}) {
    called_.clear();
    Waiter waiter(called_, 1);
    const auto armed_at = now_;
    calendar_.arm(waiter.deadline, now_, after);
    ASSERT_TRUE(calendar_.next());
    EXPECT_GE(*calendar_.next(), armed_at + after);
    EXPECT_LE(*calendar_.next(), armed_at + after + seconds{1});
    run_until(*calendar_.next());
    EXPECT_EQ(called_, std::vector<int>{1});
    EXPECT_FALSE(waiter.deadline.armed());
    EXPECT_FALSE(calendar_.next());
  }
}

TEST_F(CalendarTest, CallsInTheOrderOfDueInstants) {
  Waiter late(called_, 1);
  Waiter soon(called_, 2);
  calendar_.arm(late.deadline, now_, minutes{30});
  calendar_.arm(soon.deadline, now_, seconds{60});
  run_until(now_ + minutes{31});
  EXPECT_EQ(called_, (std::vector<int>{2, 1}));
}

TEST_F(CalendarTest, ArmingAgainMovesAndCancelAndDestructionEnd) {
  Waiter moved(called_, 1);
  Waiter cancelled(called_, 2);
  auto destroyed = std::make_unique<Waiter>(called_, 3);
  for (Waiter* waiter : {&moved, &cancelled, destroyed.get()}) {
    calendar_.arm(waiter->deadline, now_, seconds{10});
  }
  calendar_.arm(moved.deadline, now_, seconds{100});
  cancelled.deadline.cancel();
  destroyed.reset();
  run_until(now_ + seconds{50});
  EXPECT_TRUE(called_.empty());
  run_until(now_ + seconds{60});
  EXPECT_EQ(called_, std::vector<int>{1});
}

TEST_F(CalendarTest, NobodyWaitsForInstantsThatAreEmpty) {
  // As connections do that log in: each is given a minute, and takes none of it.
  Waiter waiter(called_, 1);
  for (int i = 0; i < 60; ++i) {
    Waiter passing(called_, 2);
    calendar_.arm(passing.deadline, now_, seconds{60});
    now_ += seconds{1};
  }
  EXPECT_FALSE(calendar_.next());
  calendar_.arm(waiter.deadline, now_, minutes{30});
  EXPECT_GE(*calendar_.next(), now_ + minutes{30});
}

TEST_F(CalendarTest, ACallbackMayDestroyItsNeighbourAndArmItself) {
  struct Killer {
    Calendar* calendar_;
    Clock::time_point* now_;
    std::unique_ptr<Waiter> victim;
    int calls = 0;
    Deadline deadline{[](void* owner) {
                        auto* self = static_cast<Killer*>(owner);
                        self->victim.reset();
                        if (++self->calls < 3) {
                          self->calendar_->arm(self->deadline, *self->now_, seconds{5});
                        }
                      },
                      this};
  };
  Killer killer{&calendar_, &now_, std::make_unique<Waiter>(called_, 1)};
  calendar_.arm(killer.deadline, now_, seconds{5});
  calendar_.arm(killer.victim->deadline, now_, seconds{5});
  run_until(now_ + minutes{1});
  EXPECT_EQ(killer.calls, 3);
  EXPECT_TRUE(called_.empty());
}

TEST_F(CalendarTest, ManyDeadlinesOfOneAgeShareFewInstants) {
  std::vector<std::unique_ptr<Waiter>> waiters;
  for (int i = 0; i < 1000; ++i) {
    waiters.push_back(std::make_unique<Waiter>(called_, i));
    calendar_.arm(waiters.back()->deadline, now_, minutes{30});
    now_ += milliseconds{2};
  }
  int instants = 0;
  while (calendar_.next()) {
    ++instants;
    calendar_.run_due(*calendar_.next());
  }
  EXPECT_LE(instants, 3);
  EXPECT_EQ(called_.size(), 1000U);
}

TEST_F(CalendarTest, AlignedFallsDueBetweenHalfAndAllOfTheInterval) {
  const seconds interval{240};
  for (std::uint64_t key = 0; key < 500; ++key) {
    Waiter waiter(called_, 1);
    calendar_.arm_aligned(waiter.deadline, now_, interval, key);
    EXPECT_GE(*calendar_.next() + seconds{1}, now_ + interval / 2);
    EXPECT_LE(*calendar_.next(), now_ + interval);
    run_until(*calendar_.next() + milliseconds{777});
  }
}

TEST_F(CalendarTest, OneKeyIsWokenAtOneInstantAnInterval) {
  struct Repeating {
    Calendar* calendar_;
    Clock::time_point* now_;
    std::vector<Clock::time_point> instants;
    Deadline deadline{[](void* owner) {
                        auto* self = static_cast<Repeating*>(owner);
                        self->instants.push_back(*self->now_);
                        self->calendar_->arm_aligned(self->deadline, *self->now_, seconds{240}, 42);
                      },
                      this};
  };
  Repeating first{&calendar_, &now_, {}};
  Repeating second{&calendar_, &now_, {}};
  calendar_.arm_aligned(first.deadline, now_, seconds{240}, 42);
  run_until(now_ + seconds{171});
  calendar_.arm_aligned(second.deadline, now_, seconds{240}, 42);
  run_until(now_ + minutes{60});
  ASSERT_GE(first.instants.size(), 10U);
  ASSERT_GE(second.instants.size(), 10U);
  for (std::size_t i = 1; i <= 5; ++i) {
    EXPECT_EQ(*(first.instants.end() - static_cast<long>(i)),
              *(second.instants.end() - static_cast<long>(i)));
  }
  EXPECT_EQ(first.instants.back() - *(first.instants.end() - 2), seconds{240});
}

TEST_F(CalendarTest, KeysAreSpreadOverTheInterval) {
  std::vector<std::unique_ptr<Waiter>> waiters;
  for (int i = 0; i < 512; ++i) {
    waiters.push_back(std::make_unique<Waiter>(called_, i));
    calendar_.arm_aligned(waiters.back()->deadline, now_, seconds{240}, static_cast<unsigned>(i));
  }
  int instants = 0;
  for (; calendar_.next(); ++instants) calendar_.run_due(*calendar_.next());
  EXPECT_GT(instants, 64);
}

TEST(DeadlinesTest, TheLoopsTimerMovesForwardForAnEarlierDeadline) {
  Loop loop(0);
  std::vector<int> called;
  Waiter never(called, 1);
  Waiter soon(called, 2);
  struct Last {
    Loop* loop;
    Deadline deadline{[](void* owner) { static_cast<Last*>(owner)->loop->stop(); }, this};
  } last{&loop};
  loop.post([&] {
    loop.deadlines().arm(never.deadline, minutes{30});
    loop.deadlines().arm(last.deadline, milliseconds{20});
    loop.deadlines().arm(soon.deadline, milliseconds{5});
  });
  loop.run();
  EXPECT_EQ(called, std::vector<int>{2});
}

}  // namespace
}  // namespace roost::net
