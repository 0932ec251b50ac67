#include "store/rocks/threads.h"

#include "mail/thread_keys.h"
#include "store/conformance/store_fixture.h"
#include "store/message_writer.h"
#include "store/rocks/rows.h"

namespace roost::store {
namespace {

class ThreadRowTest : public testing::Test {
 protected:
  mail::ThreadId deliver(Store& store, std::string_view octets) {
    MessageWriter writer(store);
    must(writer.append(octets));
    Batch batch = batch_for(must(store.find_mailbox(alice_, "INBOX")).id);
    batch.account = alice_;
    batch.messages.push_back(must(writer.finish()));
    keys_ = mail::thread_keys(batch.messages.front().digest);
    const mail::MailboxId mailbox = batch.mailbox;
    must(store.commit(batch));
    return must(store.digest(mailbox, mail::Uid(++last_))).saved.thread;
  }

  TemporaryDirectory directory_;
  RocksOptions options_{.directory = directory_.path(),
                        .sync = RocksOptions::Sync::kOff,
                        .sweep_interval = std::chrono::seconds(0)};
  mail::AccountId alice_;
  std::vector<std::uint64_t> keys_;
  std::uint32_t last_ = 0;
};

TEST_F(ThreadRowTest, AMalformedOneIsOverwritten) {
  {
    const auto store = must(open_rocks_store(options_));
    alice_ = must(store->create_account("alice", "hash"));
    (void)deliver(*store, "Message-ID: <1@x>\r\n\r\n");
  }
  {
    const auto database = must(Database::open(options_));
    Writes writes(*database);
    for (const std::uint64_t key : keys_)
      writes.put(Column::kThread, thread_key(alice_, key), "\7");
    must(database->write(writes));
  }
  const auto store = must(open_rocks_store(options_));
  const auto second = deliver(*store, "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\n");
  EXPECT_EQ(deliver(*store, "Message-ID: <3@x>\r\nIn-Reply-To: <1@x>\r\n\r\n"), second);
  EXPECT_TRUE(must(store->check()).problems.empty());
}

}  // namespace
}  // namespace roost::store
