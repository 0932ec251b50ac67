// Readings of an account with several workers and loops, while watches come, move and go and others
// commit: at rest the newest view shows what the store holds.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "net/loop.h"
#include "push/account_diff.h"
#include "push/hub.h"
#include "store/memory/memory_store.h"
#include "store/message_writer.h"

namespace roost::push {
namespace {

constexpr std::size_t kLoops = 2;
constexpr std::array<std::string_view, 3> kMailboxes = {"INBOX", "a", "b"};

struct Session final : Subscription {
  using Subscription::Subscription;
  void on_change(Fanout& /*fanout*/) override {}
  void on_account_changed(store::ChangeSink::AccountEvent /*event*/) override {}
  void on_account_read() override { ++readings; }
  std::atomic<int> readings = 0;
};

void deliver(store::Store& store, mail::AccountId account, mail::MailboxId mailbox) {
  store::MessageWriter writer(store);
  EXPECT_TRUE(writer.append("Subject: hello\r\n\r\n"));
  store::Batch batch{.mailbox = mailbox, .account = account};
  batch.messages.push_back(*writer.finish());
  EXPECT_TRUE(store.commit(batch));
}

TEST(AccountsThreads, AtRestTheNewestViewShowsWhatTheStoreHolds) {
  const auto store = store::open_memory_store();
  net::Loops loops{kLoops};
  Hub hub{loops};
  store->set_sink(&hub);
  const mail::AccountId alice = *store->create_account("alice", "");
  ASSERT_TRUE(store->create_missing_mailboxes(
      alice, {{"a", mail::SpecialUse::kNone}, {"b", mail::SpecialUse::kNone}}));
  std::vector<mail::MailboxId> ids;
  for (const std::string_view name : kMailboxes) {
    ids.push_back(store->find_mailbox(alice, name)->id);
  }
  Session first(hub.feeds(0));
  Session second(hub.feeds(1));
  first.follow_account(alice);
  second.follow_account(alice);
  net::Workers workers{4};
  const auto watch = [&](std::size_t loop) {
    return hub.accounts().watch(loop, alice, {.store = *store, .workers = workers});
  };
  AccountWatch lasting = watch(0);
  ASSERT_TRUE(lasting.read());
  ASSERT_TRUE(loops.start());
  {
    std::vector<std::jthread> threads;
    for (std::size_t writer = 0; writer < 2; ++writer) {
      threads.emplace_back([&, writer] {
        const std::string own = "own" + std::to_string(writer);
        for (std::size_t i = 0; i < 300; ++i) {
          deliver(*store, alice, ids[(i + writer) % ids.size()]);
          if (i % 10 == 0) {
            EXPECT_TRUE(store->create_mailbox(alice, own, mail::SpecialUse::kNone));
          } else if (i % 10 == 5) {
            EXPECT_TRUE(store->delete_mailbox(alice, own));
          }
        }
      });
    }
    for (std::size_t session = 0; session < 4; ++session) {
      threads.emplace_back([&, session] {
        for (int i = 0; i < 100; ++i) {
          AccountWatch watching = watch(session % kLoops);
          const AccountViewPtr told = *watching.read();
          AccountWatch moved = std::move(watching);
          if (i % 3 == 0) moved.pause();
          if (i % 2 == 0) {
            EXPECT_TRUE(moved.read());
          }
          (void)moved.settled();
          EXPECT_FALSE(moved.lacks());
          const AccountViewPtr newest = moved.newest();
          for (const auto& state : diff(*told, *newest).states) {
            const AccountView::Entry* const before = told->find(state.name);
            if (before == nullptr || before->id != state.entry->id) continue;
            EXPECT_GT(state.entry->messages, before->messages);  // views go forward
          }
        }
      });
    }
  }
  while (!lasting.settled()) std::this_thread::yield();
  const AccountViewPtr view = lasting.newest();
  EXPECT_EQ(view->entries().size(), store->mailboxes(alice)->size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    ASSERT_NE(view->find(kMailboxes[i]), nullptr);
    EXPECT_EQ(view->find(kMailboxes[i])->messages, 200U);
  }
  loops.stop();
  EXPECT_GT(first.readings, 0);
}

}  // namespace
}  // namespace roost::push
