// What older versions of Roost have left on the disk is read, and goes on being used.
#include <gmock/gmock.h>

#include "store/conformance/store_fixture.h"
#include "store/message_writer.h"
#include "store/rocks/columns.h"
#include "store/rocks/database.h"

namespace roost::store {
namespace {

class UpgradeTest : public testing::Test {
 protected:
  UpgradeTest() {
    options_ = {.directory = directory_.path(),
                .sync = RocksOptions::Sync::kOff,
                .sweep_interval = std::chrono::seconds(0)};
  }
  std::unique_ptr<Store> open() { return must(open_rocks_store(options_)); }

  static void deliver(Store& store, std::string_view octets) {
    const mail::AccountId alice = must(store.find_account("alice")).id;
    MessageWriter writer(store);
    must(writer.append(octets));
    NewMessage message = must(writer.finish());
    message.digest.internal_date = {.unix_seconds = 1'000'000'000, .zone_minutes = 60};
    must(store.commit({.mailbox = must(store.find_mailbox(alice, "INBOX")).id,
                       .account = alice,
                       .messages = {std::move(message)}}));
  }

  // Digests as they were before they had fields that may be missing.
  void write_digests_of_version_1() {
    const auto database = must(Database::open(options_));
    Writes writes(*database);
    Scan scan(*database, Column::kDigest, "");
    for (; scan.valid(); scan.next()) {
      mail::Digest digest = must(mail::decode_digest(scan.value()));
      digest.preview.reset();
      digest.message_ids.reset();
      std::string row = mail::encode_digest(
          digest, {.date = digest.internal_date, .thread = mail::own_thread(digest.blob)});
      row.front() = 1;
      writes.put(Column::kDigest, scan.key(), row);
    }
    must(database->write(writes));
  }
  void drop(Column column) {
    rocksdb::DB* database = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> columns;
    const auto opened =
        rocksdb::DB::Open(database_options(options_), options_.directory / kDatabaseFolder,
                          column_descriptors(options_), &columns, &database);
    ASSERT_TRUE(opened.ok()) << opened.ToString();
    EXPECT_TRUE(database->DropColumnFamily(columns[static_cast<std::size_t>(column)]).ok());
    for (auto* handle : columns) database->DestroyColumnFamilyHandle(handle);
    delete database;
  }

 private:
  TemporaryDirectory directory_;
  RocksOptions options_;
};

TEST_F(UpgradeTest, AStoreOlderThanThreadsAndPreviews) {
  {
    const auto store = open();
    must(store->create_account("alice", "hash"));
    deliver(*store, "Message-ID: <1@x>\r\nSubject: x\r\n\r\nhello\r\n");
  }
  write_digests_of_version_1();
  drop(Column::kThread);

  const auto store = open();
  const auto digest = [&](std::uint32_t uid) {
    const mail::AccountId alice = must(store->find_account("alice")).id;
    return must(store->digest(must(store->find_mailbox(alice, "INBOX")).id, mail::Uid(uid)));
  };
  EXPECT_THAT(must(store->check()).problems, testing::IsEmpty());
  EXPECT_NE(digest(1).envelope.find("<1@x>"), std::string::npos);
  EXPECT_EQ(digest(1).preview, std::nullopt);
  EXPECT_EQ(digest(1).message_ids, std::nullopt);
  EXPECT_EQ(digest(1).saved.date, digest(1).internal_date);
  EXPECT_EQ(digest(1).saved.thread, mail::own_thread(digest(1).blob));

  deliver(*store, "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nSubject: Re: x\r\n\r\nhello\r\n");
  deliver(*store, "Message-ID: <3@x>\r\nIn-Reply-To: <1@x>\r\nSubject: Re: x\r\n\r\nhello\r\n");
  EXPECT_EQ(digest(2).saved.thread, mail::own_thread(digest(2).blob));
  EXPECT_EQ(digest(3).saved.thread, digest(2).saved.thread);
  EXPECT_EQ(digest(3).preview, "hello");
  EXPECT_THAT(must(store->check()).problems, testing::IsEmpty());
}

}  // namespace
}  // namespace roost::store
