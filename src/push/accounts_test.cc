// Readings of accounts: only for who watches, one at a time however much is announced, and none is
// missing.
#include "push/accounts.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <new>
#include <vector>

#include "net/loop.h"
#include "push/hub.h"
#include "store/forwarding_store.h"
#include "store/memory/memory_store.h"
#include "store/message_writer.h"

namespace roost::push {
namespace {

class CountingStore final : public store::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  Result<std::vector<store::Mailbox>> mailboxes(mail::AccountId account) override {
    ++trees;
    if (throws) throw std::bad_alloc();
    if (fails) return fail(ErrorCode::kUnavailable, "the disk is gone");
    return ForwardingStore::mailboxes(account);
  }
  Result<store::MailboxStatus> status(mail::MailboxId mailbox) override {
    ++states;
    if (mailbox == undecodable) return fail(ErrorCode::kCorruption, "no header");
    return ForwardingStore::status(mailbox);
  }
  std::atomic<int> trees = 0;
  std::atomic<int> states = 0;
  std::atomic<bool> fails = false;
  std::atomic<bool> throws = false;
  std::atomic<mail::MailboxId> undecodable;
};

struct Session final : Subscription {
  using Subscription::Subscription;
  void on_change(Fanout& /*fanout*/) override {}
  void on_account_changed(store::ChangeSink::AccountEvent /*event*/) override {}
  void on_account_read() override { ++readings; }
  int readings = 0;
};

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() {
    store_.set_sink(&hub_);
    alice_ = *store_.create_account("alice", "");
    inbox_ = store_.find_mailbox(alice_, "INBOX")->id;
    session_.follow_account(alice_);
  }
  ~AccountsTest() override { finish(); }

  AccountWatch watch() {
    return hub_.accounts().watch(0, alice_, {.store = store_, .workers = workers_});
  }
  void deliver() {
    store::MessageWriter writer(store_);
    EXPECT_TRUE(writer.append("Subject: hello\r\n\r\n"));
    store::Batch batch{.mailbox = inbox_, .account = alice_};
    batch.messages.push_back(*writer.finish());
    EXPECT_TRUE(store_.commit(batch));
  }
  // The only worker takes up nothing until then.
  std::unique_ptr<std::latch> hold_worker() {
    auto release = std::make_unique<std::latch>(1);
    workers_.post([&latch = *release] { latch.wait(); });
    return release;
  }
  // All that was posted is done, and the loop has been told.
  void finish() {
    std::latch done(1);
    workers_.post([this, &done] { workers_.post([&done] { done.count_down(); }); });
    done.wait();
    while (loops_[0].context().poll() > 0) {
    }
  }
  static std::uint32_t messages(const AccountViewPtr& view) {
    return view->find("INBOX")->messages;
  }

  std::unique_ptr<store::Store> memory_ = store::open_memory_store();
  CountingStore store_{*memory_};
  net::Loops loops_{1};
  Hub hub_{loops_};
  net::Workers workers_{1};
  Session session_{hub_.feeds(0)};
  mail::AccountId alice_;
  mail::MailboxId inbox_;
};

TEST_F(AccountsTest, NothingIsReadForNobody) {
  deliver();
  {
    const AccountWatch gone = watch();
  }
  deliver();
  finish();
  EXPECT_EQ(store_.trees, 0);
  EXPECT_EQ(session_.readings, 0);
}

TEST_F(AccountsTest, WhoWatchesReadsAndIsToldOfWhatComes) {
  deliver();
  AccountWatch watching = watch();
  EXPECT_EQ(watching.newest(), nullptr);
  EXPECT_EQ(messages(*watching.read()), 1U);
  finish();
  session_.readings = 0;
  deliver();
  finish();
  EXPECT_EQ(session_.readings, 1);
  EXPECT_EQ(messages(watching.newest()), 2U);
  EXPECT_EQ(store_.trees, 1);  // names are read when they change
}

TEST_F(AccountsTest, ABurstIsReadOnce) {
  AccountWatch watching = watch();
  ASSERT_TRUE(watching.read());
  finish();
  session_.readings = 0;
  store_.states = 0;
  const auto release = hold_worker();
  for (int i = 0; i < 1000; ++i) deliver();
  release->count_down();
  finish();
  EXPECT_EQ(store_.states, 1);
  EXPECT_EQ(session_.readings, 1);
  EXPECT_EQ(messages(watching.newest()), 1000U);
}

TEST_F(AccountsTest, ALoopThatIsBusyIsToldOnceOfSeveralReadings) {
  AccountWatch watching = watch();
  ASSERT_TRUE(watching.read());
  finish();
  session_.readings = 0;
  for (int i = 0; i < 10; ++i) {
    deliver();
    ASSERT_TRUE(watching.read());
  }
  finish();
  EXPECT_EQ(session_.readings, 1);
  EXPECT_EQ(messages(watching.newest()), 10U);
  deliver();
  finish();
  EXPECT_EQ(session_.readings, 2);
}

TEST_F(AccountsTest, ForAPausedWatchNothingIsReadUntilItAsks) {
  AccountWatch watching = watch();
  ASSERT_TRUE(watching.read());
  finish();
  store_.states = 0;
  watching.pause();
  watching.pause();
  for (int i = 0; i < 10; ++i) deliver();
  finish();
  EXPECT_EQ(store_.states, 0);
  EXPECT_EQ(messages(*watching.read()), 10U);
  EXPECT_EQ(store_.states, 1);
  EXPECT_EQ(store_.trees, 1);
  deliver();
  finish();
  EXPECT_EQ(messages(watching.newest()), 11U);
  watching.pause();
  AccountWatch moved = std::move(watching);
  AccountWatch another = watch();
  ASSERT_TRUE(another.read());
  deliver();
  finish();
  EXPECT_EQ(messages(another.newest()), 12U);
  another = AccountWatch();
  deliver();
  finish();
  EXPECT_EQ(messages(moved.newest()), 12U);
  EXPECT_EQ(messages(*moved.read()), 13U);
}

TEST_F(AccountsTest, NamesAreReadWithoutTheStatesThatAreKnown) {
  ASSERT_TRUE(store_.create_mailbox(alice_, "work", mail::SpecialUse::kNone));
  AccountWatch watching = watch();
  ASSERT_TRUE(watching.read());
  finish();
  store_.states = 0;
  const auto release = hold_worker();
  ASSERT_TRUE(store_.set_subscribed(alice_, "work", store::Store::Subscribed::kYes));
  deliver();
  release->count_down();
  finish();
  EXPECT_EQ(store_.states, 1);
  EXPECT_TRUE(watching.newest()->find("work")->subscribed);
  EXPECT_EQ(messages(watching.newest()), 1U);
}

TEST_F(AccountsTest, SeveralWatchesShareWhatWasRead) {
  AccountWatch first = watch();
  const AccountViewPtr view = *first.read();
  AccountWatch second = watch();
  EXPECT_EQ(*second.read(), view);
  EXPECT_EQ(store_.trees, 1);
  second = AccountWatch();
  deliver();
  finish();
  EXPECT_EQ(messages(first.newest()), 1U);
}

TEST_F(AccountsTest, AReadingShowsWhatWasAnnouncedBeforeItThoughAnotherIsOnItsWay) {
  AccountWatch watching = watch();
  ASSERT_TRUE(watching.read());
  const auto release = hold_worker();
  deliver();
  EXPECT_EQ(messages(*watching.read()), 1U);
  release->count_down();
  finish();
  EXPECT_EQ(messages(watching.newest()), 1U);
}

TEST_F(AccountsTest, AReadingMayOutlastTheLastWatch) {
  auto watching = std::make_unique<AccountWatch>(watch());
  ASSERT_TRUE(watching->read());
  finish();
  store_.states = 0;
  const auto release = hold_worker();
  deliver();
  watching.reset();
  AccountWatch another = watch();
  release->count_down();
  finish();
  EXPECT_EQ(store_.states, 0);
  EXPECT_EQ(messages(*another.read()), 1U);
}

TEST_F(AccountsTest, WhatCannotBeReadIsReadWithTheNextChange) {
  AccountWatch watching = watch();
  ASSERT_TRUE(watching.read());
  store_.fails = true;
  ASSERT_TRUE(store_.create_mailbox(alice_, "work", mail::SpecialUse::kNone));
  finish();
  EXPECT_EQ(watching.newest()->find("work"), nullptr);
  EXPECT_FALSE(watching.read());
  store_.fails = false;
  deliver();
  finish();
  EXPECT_NE(watching.newest()->find("work"), nullptr);
  EXPECT_EQ(messages(watching.newest()), 1U);
}

TEST_F(AccountsTest, WhatCannotBeReadIsReadWhenASessionAsks) {
  AccountWatch watching = watch();
  ASSERT_TRUE(watching.read());
  EXPECT_FALSE(watching.lacks());
  store_.fails = true;
  ASSERT_TRUE(store_.create_mailbox(alice_, "work", mail::SpecialUse::kNone));
  finish();
  EXPECT_TRUE(watching.lacks());
  store_.fails = false;
  session_.readings = 0;
  ASSERT_TRUE(watching.read());
  finish();
  EXPECT_FALSE(watching.lacks());
  EXPECT_EQ(session_.readings, 1);
  EXPECT_NE(watching.newest()->find("work"), nullptr);
}

TEST_F(AccountsTest, AMailboxThatCannotBeReadHidesNoOther) {
  const auto work = store_.create_mailbox(alice_, "work", mail::SpecialUse::kNone)->id;
  AccountWatch watching = watch();
  ASSERT_TRUE(watching.read());
  const mail::UidValidity uid_validity = watching.newest()->find("work")->uid_validity;
  store_.undecodable = work;
  ASSERT_TRUE(store_.set_subscribed(alice_, "work", store::Store::Subscribed::kYes));
  hub_.committed({.mailbox = work, .modseq = {}, .before = {}, .after = {}, .account = alice_});
  deliver();
  finish();
  EXPECT_TRUE(watching.lacks());
  EXPECT_TRUE(watching.newest()->find("work")->subscribed);
  EXPECT_EQ(watching.newest()->find("work")->uid_validity, uid_validity);
  EXPECT_EQ(messages(watching.newest()), 1U);
  store_.undecodable = mail::MailboxId();
  ASSERT_TRUE(watching.read());
  EXPECT_FALSE(watching.lacks());
}

TEST_F(AccountsTest, WhatIsAnnouncedIsNotSettledUntilItIsRead) {
  AccountWatch watching = watch();
  EXPECT_FALSE(watching.settled());
  ASSERT_TRUE(watching.read());
  EXPECT_TRUE(watching.settled());
  const auto release = hold_worker();
  deliver();
  EXPECT_FALSE(watching.settled());
  release->count_down();
  finish();
  EXPECT_TRUE(watching.settled());
}

TEST_F(AccountsTest, AReadingThatALibraryEndsIsOneThatFailed) {
  AccountWatch watching = watch();
  ASSERT_TRUE(watching.read());
  store_.throws = true;
  ASSERT_TRUE(store_.create_mailbox(alice_, "work", mail::SpecialUse::kNone));
  finish();
  const auto failed = watching.read();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kInternal);
  store_.throws = false;
  deliver();
  finish();
  EXPECT_NE(watching.newest()->find("work"), nullptr);
  EXPECT_EQ(messages(watching.newest()), 1U);
}

}  // namespace
}  // namespace roost::push
