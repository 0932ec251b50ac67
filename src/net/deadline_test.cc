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
    while (calendar.next() && *calendar.next() <= end) {
      now = std::max(now, *calendar.next());
      calendar.run_due(now);
    }
    now = end;
  }

  Calendar calendar;
  Clock::time_point now{std::chrono::hours{1000} + milliseconds{123}};
  std::vector<int> called;
};

TEST_F(CalendarTest, CallsOnceNeverEarlyAndAtMostASecondLate) {
  for (const milliseconds after : {milliseconds{1}, milliseconds{250}, milliseconds{60'000}}) {
    called.clear();
    Waiter waiter(called, 1);
    const auto armed_at = now;
    calendar.arm(waiter.deadline, now, after);
    ASSERT_TRUE(calendar.next());
    EXPECT_GE(*calendar.next(), armed_at + after);
    EXPECT_LE(*calendar.next(), armed_at + after + seconds{1});
    run_until(*calendar.next());
    EXPECT_EQ(called, std::vector<int>{1});
    EXPECT_FALSE(waiter.deadline.armed());
    EXPECT_FALSE(calendar.next());
  }
}

TEST_F(CalendarTest, CallsInTheOrderOfDueInstants) {
  Waiter late(called, 1);
  Waiter soon(called, 2);
  calendar.arm(late.deadline, now, minutes{30});
  calendar.arm(soon.deadline, now, seconds{60});
  run_until(now + minutes{31});
  EXPECT_EQ(called, (std::vector<int>{2, 1}));
}

TEST_F(CalendarTest, ArmingAgainMovesAndCancelAndDestructionEnd) {
  Waiter moved(called, 1);
  Waiter cancelled(called, 2);
  auto destroyed = std::make_unique<Waiter>(called, 3);
  for (Waiter* waiter : {&moved, &cancelled, destroyed.get()}) {
    calendar.arm(waiter->deadline, now, seconds{10});
  }
  calendar.arm(moved.deadline, now, seconds{100});
  cancelled.deadline.cancel();
  destroyed.reset();
  run_until(now + seconds{50});
  EXPECT_TRUE(called.empty());
  run_until(now + seconds{60});
  EXPECT_EQ(called, std::vector<int>{1});
}

TEST_F(CalendarTest, ACallbackMayDestroyItsNeighbourAndArmItself) {
  struct Killer {
    Calendar* calendar;
    Clock::time_point* now;
    std::unique_ptr<Waiter> victim;
    int calls = 0;
    Deadline deadline{[](void* owner) {
                        auto* self = static_cast<Killer*>(owner);
                        self->victim.reset();
                        if (++self->calls < 3) {
                          self->calendar->arm(self->deadline, *self->now, seconds{5});
                        }
                      },
                      this};
  };
  Killer killer{&calendar, &now, std::make_unique<Waiter>(called, 1)};
  calendar.arm(killer.deadline, now, seconds{5});
  calendar.arm(killer.victim->deadline, now, seconds{5});
  run_until(now + minutes{1});
  EXPECT_EQ(killer.calls, 3);
  EXPECT_TRUE(called.empty());
}

TEST_F(CalendarTest, ManyDeadlinesOfOneAgeShareFewInstants) {
  std::vector<std::unique_ptr<Waiter>> waiters;
  for (int i = 0; i < 1000; ++i) {
    waiters.push_back(std::make_unique<Waiter>(called, i));
    calendar.arm(waiters.back()->deadline, now, minutes{30});
    now += milliseconds{2};
  }
  int instants = 0;
  while (calendar.next()) {
    ++instants;
    calendar.run_due(*calendar.next());
  }
  EXPECT_LE(instants, 3);
  EXPECT_EQ(called.size(), 1000U);
}

TEST_F(CalendarTest, AlignedFallsDueBetweenHalfAndAllOfTheInterval) {
  const seconds interval{240};
  for (std::uint64_t key = 0; key < 500; ++key) {
    Waiter waiter(called, 1);
    calendar.arm_aligned(waiter.deadline, now, interval, key);
    EXPECT_GE(*calendar.next() + seconds{1}, now + interval / 2);
    EXPECT_LE(*calendar.next(), now + interval);
    run_until(*calendar.next() + milliseconds{777});
  }
}

TEST_F(CalendarTest, OneKeyIsWokenAtOneInstantAnInterval) {
  struct Repeating {
    Calendar* calendar;
    Clock::time_point* now;
    std::vector<Clock::time_point> instants;
    Deadline deadline{[](void* owner) {
                        auto* self = static_cast<Repeating*>(owner);
                        self->instants.push_back(*self->now);
                        self->calendar->arm_aligned(self->deadline, *self->now, seconds{240}, 42);
                      },
                      this};
  };
  Repeating first{&calendar, &now, {}};
  Repeating second{&calendar, &now, {}};
  calendar.arm_aligned(first.deadline, now, seconds{240}, 42);
  run_until(now + seconds{171});
  calendar.arm_aligned(second.deadline, now, seconds{240}, 42);
  run_until(now + minutes{60});
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
    waiters.push_back(std::make_unique<Waiter>(called, i));
    calendar.arm_aligned(waiters.back()->deadline, now, seconds{240}, static_cast<unsigned>(i));
  }
  int instants = 0;
  for (; calendar.next(); ++instants) calendar.run_due(*calendar.next());
  EXPECT_GT(instants, 64);
}

// A wall clock that is set forward must not log everybody out.
TEST(DeadlinesTest, Row63_TimeIsToldByAClockThatCannotBeSet) { EXPECT_TRUE(Clock::is_steady); }

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
