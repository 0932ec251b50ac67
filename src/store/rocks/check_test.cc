// A check that finds nothing is worth as much as its rules: each test breaks one row, and the check
// says which.
#include "store/rocks/check.h"

#include <gmock/gmock.h>

#include "store/conformance/store_fixture.h"
#include "store/rocks/bodies.h"
#include "store/rocks/rows.h"

namespace roost::store {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class CheckTest : public testing::Test {
 protected:
  // alice has messages 1, 2 and 4 in INBOX, and a mailbox a/b.
  CheckTest() {
    options_ = {.directory = directory_.path(),
                .sync = RocksOptions::Sync::kOff,
                .sweep_interval = std::chrono::seconds(0)};
    const auto store = must(open_rocks_store(options_));
    alice = must(store->create_account("alice", "hash"));
    inbox = must(store->find_mailbox(alice, "INBOX")).id;
    must(store->create_mailbox(alice, "a/b", {}));
    for (const char* octets : {"one", "two", "three", "four"}) append(*store, inbox, octets);
    expunge(*store, inbox, uids({3}));
    blob = must(store->digest(inbox, mail::Uid(1))).blob;
    must(store->sweep());
    EXPECT_THAT(must(store->check()).problems, IsEmpty());
  }

  // What the check says after the change.
  template <typename Change>
  std::vector<std::string> problems_after(Change change) {
    const auto database = must(Database::open(options_));
    Writes writes(*database);
    change(writes);
    must(database->write(writes));
    return must(check_database(*database)).problems;
  }
  template <typename Change>
  std::vector<std::string> problems_after_header(Change change) {
    const std::string key = meta_key(MetaKind::kHeader, inbox.value);
    MailboxHeader header;
    {
      const auto database = must(Database::open(options_));
      header = must(decode_header(*must(database->get(Column::kMeta, key))));
    }
    change(header);
    return problems_after(
        [&](Writes& writes) { writes.put(Column::kMeta, key, encode_header(header)); });
  }
  std::vector<std::string> problems_without(Column column, const std::string& key) {
    return problems_after([&](Writes& writes) { writes.erase(column, key); });
  }

  mail::AccountId alice;
  mail::MailboxId inbox;
  mail::BlobId blob;  // of message 1

 private:
  TemporaryDirectory directory_;
  RocksOptions options_;
};

TEST_F(CheckTest, MissesFlags) {
  EXPECT_THAT(problems_without(Column::kState, message_key(inbox, mail::Uid(2))),
              Contains(AllOf(HasSubstr("message 2"), HasSubstr("has no flags"))));
}

TEST_F(CheckTest, MissesADigest) {
  EXPECT_THAT(problems_without(Column::kDigest, message_key(inbox, mail::Uid(2))),
              Contains(AllOf(HasSubstr("message 2"), HasSubstr("has no digest"))));
}

TEST_F(CheckTest, MissesALink) {
  EXPECT_THAT(problems_without(Column::kLink, link_key(blob, inbox, mail::Uid(1))),
              AllOf(Contains(HasSubstr("does not hold blob")),
                    Contains(HasSubstr("would never be swept"))));
}

TEST_F(CheckTest, MissesOctets) {
  EXPECT_THAT(
      problems_without(Column::kBody, body_key(blob, 0)),
      AllOf(Contains(HasSubstr("is missing")), Contains(HasSubstr("0 octets instead of 3"))));
}

TEST_F(CheckTest, SeesAHoleInABlob) {
  EXPECT_THAT(problems_after([&](Writes& writes) {
                writes.put(Column::kBody, body_key(blob, 2), std::string("\1more"));
              }),
              Contains(HasSubstr("has a hole")));
}

TEST_F(CheckTest, SeesALinkOfNoMessage) {
  EXPECT_THAT(problems_after([&](Writes& writes) {
                writes.put(Column::kLink, link_key(blob, inbox, mail::Uid(3)), {});
              }),
              Contains(HasSubstr("there is no such message")));
}

TEST_F(CheckTest, ComparesCounters) {
  EXPECT_THAT(problems_after_header([](MailboxHeader& header) {
                ++header.status.messages;
                --header.status.unseen;
                header.status.recent = 9;
                header.status.deleted = 7;
                header.status.size = 1;
                header.log_rows = 5;
              }),
              AllOf(Contains(HasSubstr("counts 4 messages and has 3")),
                    Contains(HasSubstr("counts 2 unseen messages and has 3")),
                    Contains(HasSubstr("counts 9 recent messages and has 3")),
                    Contains(HasSubstr("counts 7 deleted messages and has 0")),
                    Contains(HasSubstr("counts 1 octets and has 10")),
                    Contains(HasSubstr("counts 5 log rows and has 1"))));
}

TEST_F(CheckTest, SeesUidsAndModSequencesAboveTheirBounds) {
  EXPECT_THAT(problems_after_header([](MailboxHeader& header) {
                header.status.uid_next = mail::Uid(4);
                header.status.highest_modseq = mail::ModSeq(2);
              }),
              AllOf(Contains(HasSubstr("not below its UIDNEXT")),
                    Contains(HasSubstr("above its HIGHESTMODSEQ"))));
}

TEST_F(CheckTest, ReadsEveryRow) {
  EXPECT_THAT(
      problems_after([&](Writes& writes) {
        writes.put(Column::kState, message_key(inbox, mail::Uid(1)), "\7");
        writes.put(Column::kLog, log_key(inbox, mail::ModSeq(2)), "\7");
        writes.put(Column::kMeta, meta_key(MetaKind::kAccount, alice.value), "\7");
      }),
      AllOf(Contains(HasSubstr("flags is malformed")), Contains(HasSubstr("log row is malformed")),
            Contains(HasSubstr("account row is malformed"))));
}

TEST_F(CheckTest, MissesAHeader) {
  EXPECT_THAT(problems_without(Column::kMeta, meta_key(MetaKind::kHeader, inbox.value)),
              Contains(HasSubstr("has no header")));
}

TEST_F(CheckTest, MissesASuperior) {
  EXPECT_THAT(
      problems_without(Column::kMeta, meta_key(MetaKind::kMailbox, alice.value, "a")),
      AllOf(Contains(HasSubstr("mailbox a/b of account")), Contains(HasSubstr("no mailbox"))));
}

TEST_F(CheckTest, MissesAnInbox) {
  EXPECT_THAT(
      problems_without(Column::kMeta, meta_key(MetaKind::kMailbox, alice.value, "INBOX")),
      AllOf(Contains(HasSubstr("has no INBOX")), Contains(HasSubstr("there is no such mailbox"))));
}

TEST_F(CheckTest, MissesAnAccountsName) {
  EXPECT_THAT(problems_without(Column::kMeta, meta_key(MetaKind::kName, "alice")),
              Contains(HasSubstr("cannot be found by its name")));
}

TEST_F(CheckTest, SeesIdsThatWouldBeGivenAgain) {
  EXPECT_THAT(problems_after([&](Writes& writes) {
                writes.put(Column::kMeta, meta_key(MetaKind::kNextId, "b"), encode_number(1));
              }),
              Contains(HasSubstr("would be given again from 1")));
}

}  // namespace
}  // namespace roost::store
