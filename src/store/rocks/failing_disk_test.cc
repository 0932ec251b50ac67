// A disk that is full or fails: the process lives, reading goes on, and nobody is shown what may be
// gone after a restart.
#include <gmock/gmock.h>

#include "store/conformance/store_fixture.h"
#include "store/rocks/test_disk.h"

namespace roost::store {
namespace {

using mail::Uid;

class FailingDiskTest : public testing::Test {
 protected:
  RocksOptions options() {
    return {.directory = directory(),
            .sync = RocksOptions::Sync::kOn,
            .sweep_interval = std::chrono::seconds(0),
            .cached_mailboxes = 0,
            .env = disk.env()};
  }
  std::unique_ptr<Store> open() { return must(open_rocks_store(options())); }
  std::filesystem::path directory() const { return parent_.path() / "store"; }

  ErrorCode deliver(Store& store, mail::MailboxId mailbox, std::string_view octets) {
    Batch batch = batch_for(mailbox);
    batch.messages.push_back(message(store, octets));
    return code_of(store.commit(batch));
  }

  TestDisk disk;

 private:
  TemporaryDirectory parent_;
};

std::vector<mail::MailboxId> make_mailboxes(Store& store, int count) {
  const mail::AccountId alice = must(store.create_account("alice", "hash"));
  std::vector<mail::MailboxId> made;
  for (int i = 0; i < count; ++i) {
    made.push_back(must(store.create_mailbox(alice, "m" + std::to_string(i), {})).id);
  }
  return made;
}

TEST_F(FailingDiskTest, ReadingGoesOnWhenTheDiskIsFull) {
  const auto store = open();
  const std::vector<mail::MailboxId> mailboxes = make_mailboxes(*store, 40);
  const mail::MailboxId inbox = mailboxes.front();
  append(*store, inbox, "one");
  append(*store, inbox, std::string(700'000, 'x'));
  EXPECT_EQ(store->claim_recent(inbox).last, Uid(2));

  disk.full = true;
  EXPECT_EQ(deliver(*store, inbox, "no room"), ErrorCode::kUnavailable);
  EXPECT_EQ(deliver(*store, mailboxes.back(), "none here"), ErrorCode::kUnavailable);
  EXPECT_EQ(code_of(store->sweep()), ErrorCode::kUnavailable);
  // The claim cannot be saved as its mailbox leaves memory: nobody else is to suffer for that.
  for (const mail::MailboxId mailbox : mailboxes) {
    EXPECT_EQ(must(store->status(mailbox)).messages, mailbox == inbox ? 2u : 0u);
  }
  EXPECT_EQ(must(store->view(inbox))->size(), 2u);
  const mail::Digest digest = must(store->digest(inbox, Uid(2)));
  EXPECT_EQ(must(store->read_blob(digest.blob, 699'990, 20)), "xxxxxxxxxx");
  EXPECT_EQ(must(store->find_account("alice")).password_hash, "hash");
}

TEST_F(FailingDiskTest, ARestartWithRoomTakesMailAgain) {
  auto store = open();
  const mail::MailboxId inbox = make_mailboxes(*store, 1).front();
  append(*store, inbox, "one");
  disk.full = true;
  EXPECT_EQ(deliver(*store, inbox, "no room"), ErrorCode::kUnavailable);
  store.reset();
  disk.full = false;
  store = open();
  EXPECT_EQ(must(store->status(inbox)).messages, 1u);
  append(*store, inbox, "two");
  EXPECT_THAT(must(store->check()).problems, testing::IsEmpty());
}

// What the log holds could not be made durable, and so could not be shown.
TEST_F(FailingDiskTest, AStoreIsNotOpenedWithoutRoom) {
  auto store = open();
  const mail::MailboxId inbox = make_mailboxes(*store, 1).front();
  append(*store, inbox, "one");
  store.reset();
  disk.full = true;
  const auto refused = open_rocks_store(options());
  ASSERT_EQ(code_of(refused), ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().detail, testing::HasSubstr("No space left"));
  disk.full = false;
  store = open();
  EXPECT_EQ(append(*store, inbox, "two").assigned, uids({2}));
  EXPECT_THAT(must(store->check()).problems, testing::IsEmpty());
}

// What was written but not synced is in the database: read anew from there it would pass for
// durable.
TEST_F(FailingDiskTest, WhatASyncLeftUndecidedStaysHidden) {
  const auto store = open();
  const std::vector<mail::MailboxId> mailboxes = make_mailboxes(*store, 41);
  const mail::MailboxId inbox = mailboxes.front();
  append(*store, inbox, "durable");
  disk.before_sync = [] { return false; };
  EXPECT_EQ(deliver(*store, inbox, "undecided"), ErrorCode::kUnavailable);
  for (const mail::MailboxId mailbox : mailboxes) {
    if (mailbox == inbox) continue;
    EXPECT_EQ(must(store->status(mailbox)).messages, 0u);
  }
  EXPECT_EQ(must(store->status(inbox)).messages, 1u);
  EXPECT_EQ(must(store->view(inbox))->size(), 1u);
  EXPECT_EQ(code_of(store->digest(inbox, Uid(2))), ErrorCode::kNotFound);
}

// Mail for it waits: whether it is there, the next start decides.
TEST_F(FailingDiskTest, AMailboxWhoseDeletionFailedIsReadOn) {
  const auto store = open();
  const std::vector<mail::MailboxId> mailboxes = make_mailboxes(*store, 41);
  const mail::AccountId alice = must(store->find_account("alice")).id;
  append(*store, mailboxes.front(), "one");
  disk.before_sync = [] { return false; };
  EXPECT_EQ(code_of(store->delete_mailbox(alice, "m0")), ErrorCode::kUnavailable);
  for (const mail::MailboxId mailbox : mailboxes) {
    EXPECT_EQ(must(store->status(mailbox)).messages, mailbox == mailboxes.front() ? 1u : 0u);
  }
  EXPECT_EQ(must(store->view(mailboxes.front()))->size(), 1u);
  EXPECT_EQ(deliver(*store, mailboxes.front(), "two"), ErrorCode::kUnavailable);
}

TEST_F(FailingDiskTest, AMailboxIsNotSweptBeforeItsDeletionIsDurable) {
  const auto store = open();
  const mail::MailboxId mailbox = make_mailboxes(*store, 1).front();
  const mail::AccountId alice = must(store->find_account("alice")).id;
  append(*store, mailbox, "one");
  disk.before_sync = [&] {
    must(store->sweep());
    return false;
  };
  EXPECT_EQ(code_of(store->delete_mailbox(alice, "m0")), ErrorCode::kUnavailable);
  EXPECT_EQ(must(store->status(mailbox)).messages, 1u);
  EXPECT_EQ(must(store->view(mailbox))->size(), 1u);
  disk.before_sync = [] { return true; };
}

TEST_F(FailingDiskTest, TheDirectoryIsItsOwnersOnly) {
  const auto store = open();
  EXPECT_EQ(std::filesystem::status(directory()).permissions(), std::filesystem::perms::owner_all);
  EXPECT_FALSE(std::filesystem::exists(directory() / "db" / "LOG")) << "RocksDB logs to ours";
}

}  // namespace
}  // namespace roost::store
