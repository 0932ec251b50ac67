#include "store/rocks/shared_sync.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <thread>
#include <vector>

namespace roost::store {
namespace {

TEST(SharedSyncTest, ALoneCallerSyncsAtOnce) {
  int syncs = 0;
  SharedSync sync([&]() -> Result<void> {
    ++syncs;
    return {};
  });
  EXPECT_TRUE(sync.wait());
  EXPECT_TRUE(sync.wait());
  EXPECT_EQ(syncs, 2);
}

// Whoever comes while a sync runs is not served by it: its write may have come too late.
TEST(SharedSyncTest, EverybodyGetsASyncThatBeganAfterHim) {
  std::atomic<int> written = 0;
  std::atomic<int> durable = 0;
  SharedSync sync([&]() -> Result<void> {
    const int covered = written;
    std::this_thread::yield();
    durable = covered;
    return {};
  });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          const int mine = ++written;
          ASSERT_TRUE(sync.wait());
          ASSERT_GE(durable, mine);
        }
      });
    }
  }
  EXPECT_EQ(durable, 4000);
}

TEST(SharedSyncTest, AFailureIsForEver) {
  bool works = true;
  int syncs = 0;
  SharedSync sync([&]() -> Result<void> {
    ++syncs;
    if (works) return {};
    return fail(ErrorCode::kUnavailable, "broken");
  });
  EXPECT_TRUE(sync.wait());
  EXPECT_FALSE(sync.failure());
  works = false;
  EXPECT_EQ(sync.wait().error().detail, "broken");
  works = true;
  EXPECT_EQ(sync.wait().error().detail, "broken");
  EXPECT_EQ(sync.failure()->detail, "broken");
  EXPECT_EQ(syncs, 2) << "a failed disk is not asked again";
}

TEST(SharedSyncTest, AFailedWriteFailsTheWaits) {
  SharedSync sync([]() -> Result<void> { return {}; });
  sync.fail_with({ErrorCode::kUnavailable, "first"});
  sync.fail_with({ErrorCode::kUnavailable, "second"});
  EXPECT_EQ(sync.wait().error().detail, "first");
}

// How many of four fail that come before the sync ends with break_off.
int failures_when(SharedSync::Sync break_off) {
  std::atomic<int> arrived = 0;
  SharedSync sync([&]() -> Result<void> {
    while (arrived < 4) std::this_thread::yield();
    return break_off();
  });
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        ++arrived;
        if (!sync.wait()) ++failed;
      });
    }
  }
  EXPECT_TRUE(sync.failure()) << "and all who come later";
  return failed;
}

TEST(SharedSyncTest, AFailureReachesAllWhoWait) {
  EXPECT_EQ(failures_when([] { return fail(ErrorCode::kUnavailable, "broken"); }), 4);
}

TEST(SharedSyncTest, AnExceptionReachesAllWhoWaitAsAFailure) {
  EXPECT_EQ(failures_when([]() -> Result<void> { throw std::bad_alloc(); }), 4);
}

}  // namespace
}  // namespace roost::store
