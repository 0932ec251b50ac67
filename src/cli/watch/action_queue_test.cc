#include "cli/watch/action_queue.h"

#include <gtest/gtest.h>

namespace roost::cli {
namespace {

using client::Duration;
using client::Time;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Result = ActionQueue::Result;

class ActionQueueTest : public ::testing::Test {
 protected:
  void add(std::uint32_t uid, const std::string& mailbox = "INBOX") {
    queue_.add(source_, {.mailbox = mailbox, .uid = mail::Uid(uid)}, now_);
  }
  const Batch* next() { return queue_.next(now_); }
  const Batch* settled() {
    now_ += milliseconds(500);
    return next();
  }
  static std::vector<std::uint32_t> uids(const Batch* batch) {
    std::vector<std::uint32_t> all;
    if (batch == nullptr) return all;
    for (const client::Event& event : batch->events) all.push_back(event.uid.value);
    return all;
  }

  const Source source_{.user = "u", .host = "h"};
  Time now_{std::chrono::hours(1)};
  ActionQueue queue_{milliseconds(500), 1};
};
using Uids = std::vector<std::uint32_t>;

TEST_F(ActionQueueTest, EventsGatherUntilItIsQuiet) {
  add(1);
  EXPECT_EQ(next(), nullptr);
  EXPECT_EQ(queue_.deadline(), now_ + milliseconds(500));
  now_ += milliseconds(400);
  add(2);
  now_ += milliseconds(400);
  EXPECT_EQ(next(), nullptr);
  now_ += milliseconds(100);
  EXPECT_EQ(uids(next()), (Uids{1, 2}));
  EXPECT_EQ(queue_.deadline(), std::nullopt);
}

TEST_F(ActionQueueTest, ButNotForEver) {
  const Time begin = now_;
  for (std::uint32_t uid = 1; next() == nullptr; ++uid) {
    ASSERT_LT(uid, 1000U);
    add(uid);
    now_ += milliseconds(100);
  }
  EXPECT_EQ(now_ - begin, ActionQueue::kMaxSettles * milliseconds(500));
}

TEST_F(ActionQueueTest, OneAtATimeOfAMailbox) {
  add(1);
  const Batch* const first = settled();
  ASSERT_EQ(uids(first), Uids{1});
  add(2);
  EXPECT_EQ(settled(), nullptr);
  add(7, "other");
  EXPECT_EQ(uids(settled()), Uids{7});
  queue_.finished(*first, Result::kDone, now_);
  EXPECT_EQ(uids(next()), Uids{2});
}

TEST_F(ActionQueueTest, AFailureIsTriedAgainWithWhatHasCome) {
  add(1);
  const Batch* batch = settled();
  add(2);
  queue_.finished(*batch, Result::kFailed, now_);
  const auto again = queue_.deadline();
  ASSERT_TRUE(again);
  EXPECT_GE(*again, now_ + milliseconds(500));
  add(3);
  EXPECT_EQ(queue_.deadline(), again);
  now_ = *again;
  batch = next();
  EXPECT_EQ(uids(batch), (Uids{1, 2, 3}));
  queue_.finished(*batch, Result::kDone, now_);
  EXPECT_EQ(queue_.deadline(), std::nullopt);
}

TEST_F(ActionQueueTest, FailuresAreTriedLessAndLessOften) {
  add(1);
  const Batch* batch = settled();
  Duration wait{};
  for (int i = 0; i < 20; ++i) {
    queue_.finished(*batch, Result::kFailed, now_);
    const auto again = queue_.deadline();
    ASSERT_TRUE(again);
    wait = *again - now_;
    EXPECT_LE(wait, ActionQueue::kRetry.most);
    now_ = *again;
    batch = next();
    ASSERT_NE(batch, nullptr);
  }
  EXPECT_GE(wait, ActionQueue::kRetry.most / 2);
}

TEST_F(ActionQueueTest, AsManyAsAreAllowedAtOnce) {
  for (std::uint32_t i = 0; i <= ActionQueue::kMaxRunning; ++i) add(1, "m" + std::to_string(i));
  const Batch* const first = settled();
  for (std::size_t i = 1; i < ActionQueue::kMaxRunning; ++i) EXPECT_NE(next(), nullptr);
  EXPECT_EQ(next(), nullptr);
  EXPECT_EQ(queue_.deadline(), std::nullopt);
  queue_.finished(*first, Result::kDone, now_);
  EXPECT_NE(next(), nullptr);
}

TEST_F(ActionQueueTest, ABusyMailboxLetsOthersHaveTheirTurn) {
  for (std::uint32_t i = 0; i <= ActionQueue::kMaxRunning; ++i) add(1, "m" + std::to_string(i));
  const Batch* const busy = settled();
  for (std::size_t i = 1; i < ActionQueue::kMaxRunning; ++i) (void)next();
  add(2, busy->mailbox);
  now_ += milliseconds(500);
  queue_.finished(*busy, Result::kDone, now_);
  EXPECT_EQ(uids(next()), Uids{1});
}

TEST_F(ActionQueueTest, OfTooManyTheNumberIsKept) {
  for (std::uint32_t uid = 1; uid <= ActionQueue::kMaxEvents + 5; ++uid) add(uid);
  const Batch* const batch = settled();
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(batch->events.size(), ActionQueue::kMaxEvents);
  EXPECT_EQ(batch->dropped, 5U);
}

TEST_F(ActionQueueTest, DroppedWhileFullComesAfterwards) {
  for (std::uint32_t uid = 1; uid <= ActionQueue::kMaxEvents; ++uid) add(uid);
  const Batch* const full = settled();
  add(1);
  queue_.finished(*full, Result::kDone, now_);
  const Batch* const rest = settled();
  ASSERT_NE(rest, nullptr);
  EXPECT_EQ(rest->dropped, 1U);
  EXPECT_EQ(rest->mailbox, "INBOX");
  EXPECT_EQ(settled(), nullptr);
  queue_.finished(*rest, Result::kDone, now_);
  EXPECT_EQ(queue_.deadline(), std::nullopt);
}

TEST_F(ActionQueueTest, DrainingTriesOnceMore) {
  add(1);
  add(2, "other");
  const Batch* batch = settled();
  ASSERT_EQ(uids(batch), Uids{1});
  add(3);
  queue_.drain(now_);
  queue_.finished(*batch, Result::kFailed, now_);  // it was begun before
  for (const Uids& last : {Uids{1, 3}, Uids{2}}) {
    batch = next();
    ASSERT_EQ(uids(batch), last);
    queue_.finished(*batch, Result::kFailed, now_);
  }
  EXPECT_EQ(queue_.deadline(), std::nullopt);
  EXPECT_EQ(queue_.lost(), 3U);
}

TEST_F(ActionQueueTest, NothingIsLostIfTheLastTrySucceeds) {
  add(1);
  const Batch* batch = settled();
  queue_.drain(now_);
  queue_.finished(*batch, Result::kFailed, now_);
  batch = next();
  ASSERT_EQ(uids(batch), Uids{1});
  queue_.finished(*batch, Result::kDone, now_);
  EXPECT_EQ(queue_.deadline(), std::nullopt);
  EXPECT_EQ(queue_.lost(), 0U);
}

}  // namespace
}  // namespace roost::cli
