// Fan-outs: everybody is called, nobody waits behind very many, a burst is merged.
#include "push/feeds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "net/loop.h"

namespace roost::push {
namespace {

constexpr mail::MailboxId kBig{1};
constexpr mail::MailboxId kOther{2};

struct Watcher final : Subscription {
  using Subscription::Subscription;
  void on_change(Fanout& fanout) override {
    calls.push_back(fanout.change.modseq.value);
    if (leaves) follow_mailbox(mail::MailboxId());
  }
  void on_account_changed(store::ChangeSink::AccountEvent /*event*/) override {
    ++account_events;
    follow_account(mail::AccountId());
  }
  void on_account_read() override { ++account_readings; }
  std::vector<std::uint64_t> calls;
  int account_events = 0;
  int account_readings = 0;
  bool leaves = false;
};

class FeedsTest : public testing::Test {
 protected:
  Watcher& watch(mail::MailboxId mailbox) {
    watchers_.emplace_back(feeds_).follow_mailbox(mailbox);
    return watchers_.back();
  }
  void watch_many() {
    for (int i = 0; i < 1000; ++i) watch(kBig);
  }
  static mail::ViewPtr view(std::uint64_t modseq) {
    return mail::MailboxView::build({mail::UidValidity(1), mail::Uid(1), mail::ModSeq(modseq),
                                     std::make_shared<const mail::KeywordTable>()},
                                    {});
  }
  void deliver(mail::MailboxId mailbox, std::uint64_t modseq) {
    feeds_.deliver({mailbox, mail::ModSeq(modseq), view(modseq - 1), view(modseq)}, {});
  }
  bool run_task() { return loops_[0].context().poll_one() > 0; }
  int run_all() {
    int tasks = 0;
    while (run_task()) ++tasks;
    return tasks;
  }
  [[nodiscard]] std::size_t called() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(watchers_, [](const Watcher& w) { return !w.calls.empty(); }));
  }

  net::Loops loops_{1};
  Feeds feeds_{loops_[0], nullptr};
  std::deque<Watcher> watchers_;
};

TEST_F(FeedsTest, AFewAreCalledAtOnce) {
  watch(kBig);
  watch(kOther);
  Watcher& third = watch(kBig);
  deliver(kBig, 5);
  EXPECT_EQ(called(), 2U);
  EXPECT_EQ(third.calls, std::vector<std::uint64_t>{5});
  EXPECT_EQ(run_all(), 0);
}

TEST_F(FeedsTest, AFanOutOfManyYields) {
  watch_many();
  Watcher& other = watch(kOther);
  deliver(kBig, 2);
  EXPECT_LT(called(), 200U);
  deliver(kOther, 2);
  EXPECT_EQ(other.calls.size(), 1U);
  EXPECT_LT(called(), 200U);
  EXPECT_GT(run_all(), 5);
  for (const Watcher& watcher : watchers_) EXPECT_EQ(watcher.calls, std::vector<std::uint64_t>{2});
}

TEST_F(FeedsTest, WhatHappensDuringAFanOutFollowsInOne) {
  watch_many();
  for (std::uint64_t modseq = 2; modseq <= 10; ++modseq) deliver(kBig, modseq);
  run_all();
  for (const Watcher& watcher : watchers_) {
    EXPECT_EQ(watcher.calls, (std::vector<std::uint64_t>{2, 10}));
  }
}

TEST_F(FeedsTest, WhatDoesNotJoinIsLeftToTheSubscriber) {
  struct Looks final : Subscription {
    using Subscription::Subscription;
    void on_change(Fanout& fanout) override {
      changes.push_back(
          {fanout.change.mailbox, fanout.change.modseq, fanout.change.before, fanout.change.after});
    }
    void on_account_changed(store::ChangeSink::AccountEvent /*event*/) override {}
    void on_account_read() override {}
    std::vector<store::Change> changes;
  } looks(feeds_);
  watch_many();
  looks.follow_mailbox(kBig);
  deliver(kBig, 2);
  deliver(kBig, 3);
  deliver(kBig, 4);
  run_all();
  ASSERT_EQ(looks.changes.size(), 2U);
  EXPECT_EQ(looks.changes.back().before->modseq(), mail::ModSeq(2));
  EXPECT_EQ(looks.changes.back().after->modseq(), mail::ModSeq(4));
  deliver(kBig, 5);
  deliver(kBig, 6);
  deliver(kBig, 8);  // 7 was lost
  run_all();
  ASSERT_EQ(looks.changes.size(), 4U);
  EXPECT_EQ(looks.changes.back().before, nullptr);
  EXPECT_EQ(looks.changes.back().modseq, mail::ModSeq(8));
}

TEST_F(FeedsTest, WhoComesAndGoesDuringAFanOutLeavesNobodyOut) {
  watch_many();
  for (std::size_t i = 0; i < watchers_.size(); i += 3) watchers_[i].leaves = true;
  std::set<std::size_t> gone;
  deliver(kBig, 2);
  for (int step = 0; run_task(); ++step) {
    // Some come, and some leave that have not been called.
    for (int i = 0; i < 200 && step < 10; ++i) watch(step % 2 == 0 ? kOther : kBig);
    for (std::size_t i = 1; i < 1000; i += 101 + static_cast<std::size_t>(step)) {
      watchers_[i].follow_mailbox(mail::MailboxId());
      gone.insert(i);
    }
  }
  EXPECT_LT(gone.size(), 500U);
  for (std::size_t i = 0; i < 1000; ++i) {
    EXPECT_TRUE(gone.contains(i) || watchers_[i].calls.size() == 1) << i;
  }
}

TEST_F(FeedsTest, AnAccountsSubscribersMayStopFollowingIt) {
  watch_many();
  for (Watcher& watcher : watchers_) watcher.follow_account(mail::AccountId(7));
  watchers_.front().follow_account(mail::AccountId(8));
  feeds_.account_changed(mail::AccountId(7), store::ChangeSink::AccountEvent::kRemoved);
  feeds_.account_changed(mail::AccountId(7), store::ChangeSink::AccountEvent::kRemoved);
  EXPECT_EQ(watchers_.front().account_events, 0);
  for (std::size_t i = 1; i < watchers_.size(); ++i) EXPECT_EQ(watchers_[i].account_events, 1);
}

TEST_F(FeedsTest, WhoFollowsAnAccountHearsOfItsReadings) {
  Watcher& alices = watch(kBig);
  Watcher& bobs = watch(kBig);
  alices.follow_account(mail::AccountId(7));
  bobs.follow_account(mail::AccountId(8));
  feeds_.account_read(mail::AccountId(7));
  feeds_.account_read(mail::AccountId(9));
  EXPECT_EQ(alices.account_readings, 1);
  EXPECT_EQ(bobs.account_readings, 0);
}

TEST_F(FeedsTest, AReadingThatManyHearOfYieldsAndTheNextGoesOutBehindIt) {
  watch_many();
  for (Watcher& watcher : watchers_) watcher.follow_account(mail::AccountId(7));
  const auto heard = [&](int readings) {
    return std::ranges::count(watchers_, readings, &Watcher::account_readings);
  };
  feeds_.account_read(mail::AccountId(7));
  EXPECT_EQ(heard(1), 64);
  feeds_.account_read(mail::AccountId(7));
  feeds_.account_read(mail::AccountId(7));
  EXPECT_EQ(heard(1), 64);
  ASSERT_TRUE(run_task());
  EXPECT_EQ(heard(1), 128);
  // The next to be called, the last, and one that was.
  for (const std::size_t leaving : {128U, 999U, 5U}) {
    watchers_[leaving].follow_account(mail::AccountId());
  }
  run_all();
  EXPECT_EQ(heard(2), 997);
  EXPECT_EQ(heard(1), 1);
  EXPECT_EQ(heard(0), 2);
}

}  // namespace
}  // namespace roost::push
