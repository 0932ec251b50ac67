// Loops, their threads, and the worker pool.
#include "net/loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <future>
#include <set>
#include <vector>

namespace roost::net {
namespace {

TEST(LoopTest, RunsTasksInTheOrderOfPostingOnItsThread) {
  Loop loop(3);
  EXPECT_EQ(loop.index(), 3U);
  EXPECT_FALSE(loop.in_loop_thread());
  std::vector<int> order;
  loop.post([&] {
    EXPECT_TRUE(loop.in_loop_thread());
    order.push_back(1);
    loop.post([&] {
      order.push_back(3);
      loop.stop();
    });
  });
  loop.post([&] { order.push_back(2); });
  EXPECT_TRUE(order.empty());
  loop.run();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
  EXPECT_FALSE(loop.in_loop_thread());
}

TEST(LoopsTest, EachLoopHasItsThread) {
  Loops loops(3);
  loops.start();
  std::set<std::thread::id> threads;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    std::promise<std::thread::id> id;
    loops[i].post([&] { id.set_value(std::this_thread::get_id()); });
    threads.insert(id.get_future().get());
  }
  EXPECT_EQ(threads.size(), 3U);
  EXPECT_FALSE(threads.contains(std::this_thread::get_id()));
  loops.stop();
}

TEST(LoopsTest, ZeroMeansOnePerCoreAndUnstartedLoopsEnd) {
  Loops loops(0);
  EXPECT_GE(loops.size(), 1U);
}

TEST(WorkersTest, RunsWhatWasPostedBeforeItEnds) {
  std::atomic<int> runs = 0;
  {
    Workers workers(2);
    for (int i = 0; i < 1000; ++i) workers.post([&] { ++runs; });
  }
  EXPECT_EQ(runs, 1000);
}

// However many are woken at once: no task waits while a worker sleeps.
TEST(WorkersTest, ABurstOfTasksThatWaitForEachOtherEnds) {
  constexpr int kWorkers = 8;
  std::barrier all_run(kWorkers + 1);
  Workers workers(kWorkers);
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < kWorkers; ++i) workers.post([&] { all_run.arrive_and_wait(); });
    all_run.arrive_and_wait();
  }
}

TEST(WorkersTest, WorkersRunSideBySide) {
  std::promise<void> first;
  std::promise<void> second;
  Workers workers(2);
  workers.post([&] {
    first.set_value();
    second.get_future().wait();  // only another worker can end this
  });
  first.get_future().wait();
  workers.post([&] { second.set_value(); });
}

}  // namespace
}  // namespace roost::net
