// What survives: a restart, a power cut, a disk that refuses to sync. And that nothing is shown
// before it would survive.
#include <gmock/gmock.h>

#include <thread>

#include "store/conformance/store_fixture.h"
#include "store/rocks/test_disk.h"

namespace roost::store {
namespace {

using mail::SystemFlag;
using mail::Uid;

class DurabilityTest : public testing::Test {
 protected:
  RocksOptions options(const std::filesystem::path& directory) {
    return {.directory = directory,
            .sync = RocksOptions::Sync::kOn,
            .sweep_interval = std::chrono::seconds(0),
            .env = disk.env()};
  }
  std::unique_ptr<Store> open(const std::filesystem::path& directory) {
    return must(open_rocks_store(options(directory)));
  }
  std::filesystem::path here() const { return directory_.path() / "store"; }
  std::filesystem::path elsewhere() const { return directory_.path() / "copy"; }

  TestDisk disk;

 private:
  TemporaryDirectory directory_;
};

mail::MailboxId inbox_of(Store& store, std::string_view name) {
  return must(store.find_mailbox(must(store.find_account(name)).id, "INBOX")).id;
}

std::vector<std::string> problems_of(Store& store) { return must(store.check()).problems; }

TEST_F(DurabilityTest, ASecondOpenerIsRefused) {
  const auto store = open(here());
  const auto second = open_rocks_store(options(here()));
  ASSERT_EQ(code_of(second), ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().detail, testing::HasSubstr("in use"));
}

TEST_F(DurabilityTest, ADirectoryThatCannotBeIsRefused) {
  EXPECT_EQ(code_of(open_rocks_store(options("/dev/null/store"))), ErrorCode::kUnavailable);
}

TEST_F(DurabilityTest, EverythingSurvivesARestart) {
  mail::MailboxId inbox;
  MailboxStatus before;
  {
    const auto store = open(here());
    const mail::AccountId alice = must(store->create_account("alice", "hash"));
    inbox = inbox_of(*store, "alice");
    append(*store, inbox, "one", {0, {"work"}});
    append(*store, inbox, std::string(700'000, 'x'));
    append(*store, inbox, "three");
    update_flags(*store, inbox, uids({2}), FlagUpdate::Op::kAdd, flag(SystemFlag::kSeen));
    expunge(*store, inbox, uids({3}));
    must(store->create_mailbox(alice, "a/b", mail::SpecialUse::kSent));
    must(store->set_subscribed(alice, "gone", Store::Subscribed::kYes));
    (void)store->claim_recent(inbox);
    before = must(store->status(inbox));
  }
  const auto store = open(here());
  const Account alice = must(store->find_account("alice"));
  EXPECT_EQ(alice.password_hash, "hash");
  EXPECT_EQ(must(store->mailboxes(alice.id)).size(), 3u);
  EXPECT_EQ(must(store->find_mailbox(alice.id, "a/b")).special_use, mail::SpecialUse::kSent);
  EXPECT_THAT(must(store->subscriptions(alice.id)), testing::ElementsAre("gone"));
  const MailboxStatus after = must(store->status(inbox));
  EXPECT_EQ(after.uid_validity, before.uid_validity);
  EXPECT_EQ(after.uid_next, before.uid_next);
  EXPECT_EQ(after.highest_modseq, before.highest_modseq);
  EXPECT_EQ(after.messages, 2u);
  EXPECT_EQ(after.unseen, 1u);
  EXPECT_EQ(after.recent, 0u) << "a clean end keeps the claim";
  EXPECT_EQ(after.size, before.size);
  const mail::ViewPtr view = must(store->view(inbox));
  EXPECT_EQ(view->keywords().names_of(view->at(mail::SeqNum(1)).flags),
            (mail::FlagNames{0, {"work"}}));
  const mail::Digest digest = must(store->digest(inbox, Uid(2)));
  EXPECT_EQ(must(store->read_blob(digest.blob, 699'990, 20)), "xxxxxxxxxx");
  EXPECT_EQ(must(store->expunged_since(inbox, mail::ModSeq(1))), uids({3}));
  EXPECT_THAT(problems_of(*store), testing::IsEmpty());
  EXPECT_EQ(append(*store, inbox, "four").assigned, uids({4}));
}

TEST_F(DurabilityTest, ARemovedAccountsUidValiditiesAreRemembered) {
  mail::UidValidity last;
  {
    const auto store = open(here());
    const mail::AccountId alice = must(store->create_account("alice", "hash"));
    for (int i = 0; i < 100; ++i) {
      last = must(store->create_mailbox(alice, "m" + std::to_string(i), {})).uid_validity;
    }
    must(store->remove_account(alice));
  }
  const auto store = open(here());
  const mail::AccountId alice = must(store->create_account("alice", "hash"));
  EXPECT_GT(must(store->find_mailbox(alice, "INBOX")).uid_validity, last);
}

TEST_F(DurabilityTest, WhatWasAcknowledgedSurvivesAPowerCut) {
  const auto store = open(here());
  must(store->create_account("alice", "hash"));
  const mail::MailboxId inbox = inbox_of(*store, "alice");
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i)
          append(*store, inbox, std::string(i % 5 == 0 ? 300'000 : 9, 'x'));
      });
    }
  }
  // Received, never committed.
  const BlobRef unfinished = write_blob(*store, std::string(600'000, 'y'));
  disk.copy_after_power_cut(here(), elsewhere());

  const auto copy = open(elsewhere());
  EXPECT_EQ(must(copy->status(inbox)).messages, 100u);
  must(copy->digests(inbox, uid_range(1, 100), [&](Uid, const mail::Digest& digest) {
    EXPECT_EQ(must(copy->read_blob(digest.blob, 0, 1'000'000)).size(), digest.size);
    return true;
  }));
  EXPECT_THAT(problems_of(*copy), testing::IsEmpty());
  must(copy->sweep());
  EXPECT_EQ(must(copy->check()).blobs, 100u) << "what was never committed is swept";
}

// A process may die between a write and its sync. What the next one finds of it, it shows; so that
// has to survive as what was acknowledged does, and what is acknowledged next with it.
TEST_F(DurabilityTest, WhatWasFoundAtTheStartSurvivesAPowerCut) {
  auto store = open(here());
  must(store->create_account("alice", "hash"));
  const mail::MailboxId inbox = inbox_of(*store, "alice");
  append(*store, inbox, "acknowledged");
  disk.before_sync = [] { return false; };
  Batch undecided = batch_for(inbox);
  undecided.messages.push_back(message(*store, "undecided"));
  EXPECT_EQ(code_of(store->commit(undecided)), ErrorCode::kUnavailable);
  store.reset();
  disk.before_sync = [] { return true; };

  store = open(here());
  ASSERT_EQ(must(store->status(inbox)).messages, 2u);
  EXPECT_EQ(append(*store, inbox, "acknowledged, too").assigned, uids({3}));
  disk.copy_after_power_cut(here(), elsewhere());
  const auto copy = open(elsewhere());
  EXPECT_EQ(must(copy->status(inbox)).messages, 3u);
  EXPECT_EQ(must(copy->view(inbox))->size(), 3u);
  EXPECT_THAT(problems_of(*copy), testing::IsEmpty());
}

// The directories, too, of which one may be left by a process that died before it synced them.
TEST_F(DurabilityTest, ANewStoreIsFoundAfterAPowerCut) {
  const auto parent = std::filesystem::canonical(here().parent_path());
  std::filesystem::create_directory(parent / "old");
  std::set<std::filesystem::path> synced;  // when the log is synced, and so a row acknowledged
  disk.before_sync = [&] {
    synced = disk.synced_directories();
    return true;
  };
  const auto store = open(parent / "old" / "new" / "store");
  for (const auto& directory :
       {parent, parent / "old", parent / "old/new", parent / "old/new/store"}) {
    EXPECT_TRUE(synced.contains(directory)) << directory;
  }
  disk.before_sync = [] { return true; };
}

TEST_F(DurabilityTest, NothingIsShownBeforeItIsDurable) {
  const auto store = open(here());
  RecordingSink sink;
  store->set_sink(&sink);
  must(store->create_account("alice", "hash"));
  const mail::MailboxId inbox = inbox_of(*store, "alice");
  append(*store, inbox, "shown");
  must(store->view(inbox));

  int syncs = 0;
  disk.before_sync = [&] {
    ++syncs;
    EXPECT_EQ(must(store->status(inbox)).messages, 1u);
    EXPECT_EQ(must(store->view(inbox))->size(), 1u);
    EXPECT_EQ(code_of(store->digest(inbox, Uid(2))), ErrorCode::kNotFound);
    int seen = 0;
    must(store->digests(inbox, uid_range(1, 9), [&](Uid, const auto&) { return ++seen != 0; }));
    EXPECT_EQ(seen, 1);
    EXPECT_EQ(store->claim_recent(inbox).last, Uid(1));
    EXPECT_EQ(sink.changes().size(), 1u);
    return true;
  };
  append(*store, inbox, "hidden until then");
  EXPECT_EQ(syncs, 1) << "a lone commit takes one sync";
  EXPECT_EQ(must(store->status(inbox)).messages, 2u);
  EXPECT_EQ(must(store->status(inbox)).recent, 1u) << "it was not there to be claimed";
  EXPECT_EQ(sink.changes().size(), 2u);
  disk.before_sync = [] { return true; };
}

// A view that is loaded while a delivery waits for its sync shows the mailbox without it, and the
// delivery is then announced with its views.
TEST_F(DurabilityTest, AViewLoadedMeanwhileLacksWhatIsNotDurable) {
  const auto store = open(here());
  RecordingSink sink;
  store->set_sink(&sink);
  must(store->create_account("alice", "hash"));
  const mail::MailboxId inbox = inbox_of(*store, "alice");
  append(*store, inbox, "one");
  mail::ViewPtr loaded;
  disk.before_sync = [&] {
    loaded = must(store->view(inbox));
    return true;
  };
  append(*store, inbox, "two");
  disk.before_sync = [] { return true; };
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->size(), 1u);
  const Change change = sink.changes().back();
  ASSERT_TRUE(change.after);
  EXPECT_EQ(change.before, loaded);
  EXPECT_EQ(change.after->size(), 2u);
  EXPECT_EQ(must(store->view(inbox)), change.after);
}

// A mailbox that is not in memory is not read for a delivery, nor for those who hear of it.
TEST_F(DurabilityTest, ArrivalsAreAnnouncedWithoutViews) {
  const auto store = open(here());
  RecordingSink sink;
  store->set_sink(&sink);
  must(store->create_account("alice", "hash"));
  const mail::MailboxId inbox = inbox_of(*store, "alice");
  append(*store, inbox, "one");
  const mail::ModSeq before = must(store->status(inbox)).highest_modseq;
  append(*store, inbox, "two");
  const Change arrival = sink.changes().back();
  EXPECT_EQ(arrival.after, nullptr);
  ASSERT_TRUE(arrival.arrivals);
  EXPECT_EQ(arrival.arrivals->since, before);
  EXPECT_EQ(arrival.arrivals->messages, 2u);
  EXPECT_EQ(arrival.arrivals->uid_next, Uid(3));

  append(*store, inbox, "three", {0, {"work"}});
  EXPECT_FALSE(sink.changes().back().arrivals) << "a keyword is new";
  (void)must(store->view(inbox));
  append(*store, inbox, "four");
  EXPECT_FALSE(sink.changes().back().arrivals);
  EXPECT_TRUE(sink.changes().back().after);
}

TEST_F(DurabilityTest, AfterAFailedSyncNothingIsAcknowledgedAnyMore) {
  auto store = open(here());
  RecordingSink sink;
  store->set_sink(&sink);
  const mail::AccountId alice = must(store->create_account("alice", "hash"));
  const mail::MailboxId inbox = inbox_of(*store, "alice");
  append(*store, inbox, "safe");
  disk.before_sync = [] { return false; };
  Batch batch = batch_for(inbox);
  batch.messages.push_back(message(*store, "unsafe"));
  EXPECT_EQ(code_of(store->commit(batch)), ErrorCode::kUnavailable);
  disk.before_sync = [] { return true; };
  EXPECT_EQ(code_of(store->commit(batch)), ErrorCode::kUnavailable) << "even if the disk recovers";
  EXPECT_EQ(code_of(store->create_mailbox(alice, "new", {})), ErrorCode::kUnavailable);
  EXPECT_EQ(must(store->status(inbox)).messages, 1u);
  EXPECT_EQ(must(store->view(inbox))->size(), 1u) << "reading goes on";
  EXPECT_EQ(sink.changes().size(), 1u);

  batch.messages.clear();
  store.reset();
  store = open(here());
  EXPECT_THAT(problems_of(*store), testing::IsEmpty());
  EXPECT_GE(must(store->status(inbox)).messages, 1u);
}

// With no room for a mailbox in memory, each is read anew for each call; claims are saved as it
// goes.
TEST_F(DurabilityTest, AMailboxThatLeavesMemoryLosesNothing) {
  RocksOptions small = options(here());
  small.cached_mailboxes = 0;
  const auto store = must(open_rocks_store(small));
  const mail::AccountId alice = must(store->create_account("alice", "hash"));
  std::vector<mail::MailboxId> mailboxes;
  for (int i = 0; i < 40; ++i) {
    mailboxes.push_back(must(store->create_mailbox(alice, "m" + std::to_string(i), {})).id);
  }
  for (const mail::MailboxId mailbox : mailboxes) {
    append(*store, mailbox, "one");
    append(*store, mailbox, "two");
    EXPECT_EQ(store->claim_recent(mailbox).last, Uid(2));
    append(*store, mailbox, "three");
    expunge(*store, mailbox, uids({1}));
  }
  for (const mail::MailboxId mailbox : mailboxes) {
    (void)must(store->status(mailbox));  // into memory, for the claim
    (void)store->claim_recent(mailbox);
  }
  for (const mail::MailboxId mailbox : mailboxes) {
    const MailboxStatus status = must(store->status(mailbox));
    EXPECT_EQ(status.messages, 2u);
    EXPECT_EQ(status.recent, 0u);
    EXPECT_EQ(must(store->view(mailbox))->size(), 2u);
  }
  EXPECT_THAT(problems_of(*store), testing::IsEmpty());
}

TEST_F(DurabilityTest, TheSweeperSweepsByItself) {
  RocksOptions often = options(here());
  often.sweep_interval = std::chrono::seconds(1);
  const auto store = must(open_rocks_store(often));
  must(store->create_account("alice", "hash"));
  const mail::MailboxId inbox = inbox_of(*store, "alice");
  append(*store, inbox, "one");
  const mail::BlobId blob = must(store->digest(inbox, Uid(1))).blob;
  expunge(*store, inbox, uids({1}));
  // Ends when it is done; a sweeper that does not sweep runs into the test program's time limit.
  while (store->read_blob(blob, 0, 1)) std::this_thread::yield();
  EXPECT_EQ(must(store->check()).blobs, 0u);
}

// Whether they meet is a matter of chance, so they try until some have shared a sync.
TEST_F(DurabilityTest, ManyWritersShareSyncs) {
  const auto store = open(here());
  must(store->create_account("alice", "hash"));
  const mail::MailboxId inbox = inbox_of(*store, "alice");
  constexpr int kWriters = 8;
  constexpr int kTrials = 50;
  int trials = 0;
  int syncs = kWriters;
  while (syncs == kWriters && trials < kTrials) {
    ++trials;
    const int before = disk.syncs();
    std::atomic<int> waiting = 0;
    // The first sync lasts until all others are about to commit.
    disk.before_sync = [&] {
      while (waiting < kWriters) std::this_thread::yield();
      return true;
    };
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < kWriters; ++t) {
        threads.emplace_back([&] {
          Batch batch = batch_for(inbox);
          batch.messages.push_back(message(*store, "m"));
          ++waiting;
          must(store->commit(batch));
        });
      }
    }
    disk.before_sync = [] { return true; };
    syncs = disk.syncs() - before;
  }
  EXPECT_LT(syncs, kWriters);
  EXPECT_EQ(must(store->status(inbox)).messages, static_cast<std::uint32_t>(kWriters * trials));
}

}  // namespace
}  // namespace roost::store
