// A check that finds nothing is worth as much as its rules: each test breaks one row, and the check
// says which.
#include "store/rocks/check.h"

#include <gmock/gmock.h>

#include <map>

#include "store/conformance/store_fixture.h"
#include "store/rocks/bodies.h"
#include "store/rocks/rows.h"

namespace roost::store {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
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
    for (const std::uint32_t uid : {1u, 2u, 4u}) {
      digests[uid] = must(store->digest(inbox, mail::Uid(uid)));
    }
    blob = digests[1].blob;
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
  std::vector<std::string> problems_with(Column column, const std::string& key,
                                         const std::string& value) {
    return problems_after([&](Writes& writes) { writes.put(column, key, value); });
  }
  std::vector<std::string> problems_without(Column column, const std::string& key) {
    return problems_after([&](Writes& writes) { writes.erase(column, key); });
  }

  [[nodiscard]] const RocksOptions& options() const { return options_; }

  mail::AccountId alice;
  mail::MailboxId inbox;
  std::map<std::uint32_t, mail::Digest> digests;  // by UID
  mail::BlobId blob;                              // of message 1

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
                header.status.first_unseen = mail::SeqNum(2);
                header.status.recent = 9;
                header.status.deleted = 7;
                header.status.size = 1;
                header.log_rows = 5;
              }),
              AllOf(Contains(HasSubstr("counts 4 messages and has 3")),
                    Contains(HasSubstr("counts 2 unseen messages and has 3")),
                    Contains(HasSubstr("takes message 2 for its first unseen, which is 1")),
                    Contains(HasSubstr("counts 9 recent messages and has 3")),
                    Contains(HasSubstr("counts 7 deleted messages and has 0")),
                    Contains(HasSubstr("counts 1 octets and has 10")),
                    Contains(HasSubstr("counts 5 log rows and has 1"))));
}

TEST_F(CheckTest, AHeaderOfVersion1IsCompletedWhenItIsRead) {
  EXPECT_THAT(problems_after_header(
                  [](MailboxHeader& header) { header.status.first_unseen = mail::SeqNum(0); }),
              Contains(HasSubstr("takes message 0 for its first unseen, which is 1")));
  const std::string key = meta_key(MetaKind::kHeader, inbox.value);
  std::string row;
  {
    const auto database = must(Database::open(options()));
    row = *must(database->get(Column::kMeta, key));
  }
  const auto no_keywords = row.size() - 1;
  row.at(0) = 1;
  row.erase(no_keywords - 1, 1);
  EXPECT_THAT(problems_with(Column::kMeta, key, row), IsEmpty());
  const auto store = must(open_rocks_store(options()));
  EXPECT_EQ(must(store->status(inbox)).first_unseen, mail::SeqNum(1));
}

TEST_F(CheckTest, SeesUidsAndModSequencesAboveTheirBounds) {
  EXPECT_THAT(problems_after_header([](MailboxHeader& header) {
                header.status.uid_next = mail::Uid(4);
                header.status.highest_modseq = mail::ModSeq(2);
              }),
              AllOf(Contains(HasSubstr("not below its UIDNEXT")),
                    Contains(HasSubstr("above its HIGHESTMODSEQ"))));
}

TEST_F(CheckTest, LooksAtThreads) {
  EXPECT_THAT(problems_after([&](Writes& writes) {
                writes.put(Column::kThread, thread_key(mail::AccountId(99), 1),
                           encode_thread({mail::ThreadId(1), 20'000}));
                writes.put(Column::kThread, thread_key(alice, 1), encode_thread({}));
                writes.put(Column::kThread, thread_key(alice, 2),
                           encode_thread({mail::ThreadId(1'000'000), 20'000}));
                writes.put(Column::kThread, thread_key(alice, 3), "\7");
              }),
              AllOf(Contains(HasSubstr("account 99: there is no such account")),
                    Contains(HasSubstr("of the thread that is none")),
                    Contains(HasSubstr("up to 1000000 are used")),
                    Contains(HasSubstr("thread row is malformed"))));
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

// A key that is too short or too long is named and passed over: all other rows are still read.
TEST_F(CheckTest, ReportsMalformedKeys) {
  EXPECT_THAT(problems_after([&](Writes& writes) {
                for (std::size_t column = 0; column < kColumns; ++column) {
                  writes.put(static_cast<Column>(column), std::string(1, '\0'), "");
                  writes.put(static_cast<Column>(column), std::string(30, '\xff'), "");
                }
              }),
              AllOf(testing::SizeIs(2 * kColumns), testing::Each(HasSubstr("malformed key of")),
                    Contains(HasSubstr("of 1 octets in column state")),
                    Contains(HasSubstr("of 30 octets in column candidate"))));
}

TEST_F(CheckTest, ReportsMalformedKeysOfEachKindOfMetaRow) {
  std::vector<std::string> keys = {"n", "v12345", "ix"};
  for (const char kind : {'a', 'g', 'h', 'i', 'm', 's', 'u', 'x'}) {
    keys.emplace_back(1, kind);
    keys.push_back(kind + std::string("12345"));
  }
  EXPECT_THAT(problems_after([&](Writes& writes) {
                for (const std::string& key : keys) writes.put(Column::kMeta, key, "");
              }),
              AllOf(testing::SizeIs(keys.size()), testing::Each(HasSubstr("malformed key of"))));
}

TEST_F(CheckTest, ReadsEveryValueOfMeta) {
  EXPECT_THAT(problems_after([&](Writes& writes) {
                writes.put(Column::kMeta, meta_key(MetaKind::kGone, 77), "\7");
                writes.put(Column::kMeta, meta_key(MetaKind::kHeader, inbox.value), "\7");
                writes.put(Column::kMeta, meta_key(MetaKind::kNextId, "b"), "\7");
                writes.put(Column::kMeta, meta_key(MetaKind::kMailbox, alice.value, "a"), "\7");
                writes.put(Column::kMeta, meta_key(MetaKind::kName, "alice"), "\7");
                writes.put(Column::kMeta, meta_key(MetaKind::kSubscription, alice.value, "a"), "");
                writes.put(Column::kMeta, meta_key(MetaKind::kValidity, alice.value), "\7");
              }),
              AllOf(Contains(HasSubstr("deleted mailbox 77: ")),
                    Contains(HasSubstr("header of mailbox 1: ")),
                    Contains(HasSubstr("next id of kind b: ")),
                    Contains(HasSubstr("mailbox a of account 1: ")),
                    Contains(HasSubstr("account name alice: ")),
                    Contains(HasSubstr("subscription to a of account 1: ")),
                    Contains(HasSubstr("last UIDVALIDITY of account 1: "))));
}

TEST_F(CheckTest, SeesAUidValidityThatWouldBeGivenAgain) {
  const std::string key = meta_key(MetaKind::kValidity, alice.value);
  EXPECT_THAT(problems_with(Column::kMeta, key, encode_number(5)),
              ElementsAre(AllOf(HasSubstr("last UIDVALIDITY of account 1"),
                                HasSubstr("would be given again from 6"))));
  EXPECT_THAT(problems_with(Column::kMeta, key, encode_number(std::uint64_t{1} << 32)),
              ElementsAre(HasSubstr("above 32 bits")));
  EXPECT_THAT(problems_without(Column::kMeta, key),
              ElementsAre(HasSubstr("account 1 has no last UIDVALIDITY")));
}

TEST_F(CheckTest, SeesRowsOfNoAccount) {
  EXPECT_THAT(
      problems_after([&](Writes& writes) {
        writes.put(Column::kMeta, meta_key(MetaKind::kSubscription, 77, "s"), encode_number(0));
        writes.put(Column::kMeta, meta_key(MetaKind::kValidity, 78), encode_number(9));
        writes.put(Column::kMeta, meta_key(MetaKind::kName, "bob"), encode_number(79));
        writes.put(Column::kMeta, meta_key(MetaKind::kName, "al"), encode_number(alice.value));
        writes.put(Column::kMeta, meta_key(MetaKind::kValidity, 0), encode_number(9));
      }),
      testing::UnorderedElementsAre(HasSubstr("account 77: there is no such account"),
                                    HasSubstr("account 78: there is no such account"),
                                    HasSubstr("the name bob is of no account"),
                                    HasSubstr("the name al is of account 1, which has another")));
}

TEST_F(CheckTest, SeesNamesAndIdsThatCannotBe) {
  const auto put = [&](Writes& writes, const char* name, const Mailbox& mailbox) {
    writes.put(Column::kMeta, meta_key(MetaKind::kMailbox, alice.value, name),
               encode_mailbox(mailbox));
  };
  EXPECT_THAT(
      problems_after([&](Writes& writes) {
        const Mailbox noselect{.id = {}, .name = {}, .uid_validity = {}, .selectable = false};
        put(writes, "inbox", noselect);
        put(writes, "b*", noselect);
        put(writes, "c", {.id = inbox, .name = {}, .uid_validity = {}, .selectable = false});
        put(writes, "d", {.id = {}, .name = {}, .uid_validity = {}});
        writes.put(Column::kMeta, meta_key(MetaKind::kSubscription, alice.value, "e//f"),
                   encode_number(0));
      }),
      AllOf(Contains(HasSubstr("mailbox inbox of account 1 is not normalised")),
            Contains(HasSubstr("mailbox b* of account 1: ")),
            Contains(HasSubstr("mailbox c of account 1 is \\Noselect and has an id")),
            Contains(HasSubstr("mailbox d of account 1 has no id or no UIDVALIDITY")),
            Contains(HasSubstr("subscription to e//f of account 1: "))));
}

TEST_F(CheckTest, SeesHeadersThatCannotBe) {
  EXPECT_THAT(problems_after_header([](MailboxHeader& header) {
                header.recent_floor = header.status.uid_next.next();
                header.status.recent = 0;
                header.log_floor = header.status.highest_modseq.next();
              }),
              AllOf(Contains(HasSubstr("gives \\Recent from a UID that is not within")),
                    Contains(HasSubstr("begins above its HIGHESTMODSEQ"))));
  EXPECT_THAT(problems_after_header([](MailboxHeader& header) {
                header.recent_floor = mail::Uid(0);
                header.status.uid_next = mail::Uid(0);
                header.status.highest_modseq = mail::ModSeq(0);
              }),
              AllOf(Contains(HasSubstr("gives \\Recent from a UID that is not within")),
                    Contains(HasSubstr("has a UIDNEXT of 0")),
                    Contains(HasSubstr("has a HIGHESTMODSEQ of 0"))));
}

TEST_F(CheckTest, SeesADeletedMailboxThatIsThere) {
  EXPECT_THAT(
      problems_with(Column::kMeta, meta_key(MetaKind::kGone, inbox.value), encode_number(0)),
      Contains(HasSubstr("mailbox 1 is deleted and is not")));
}

TEST_F(CheckTest, SeesMessagesThatCannotBe) {
  EXPECT_THAT(problems_after([&](Writes& writes) {
                writes.put(Column::kState, message_key(inbox, mail::Uid(1)),
                           encode_state({mail::Uid(1), {0x20, 0}, mail::ModSeq(0)}));
                for (const std::uint32_t uid : {0u, 0xffff'ffffu}) {
                  writes.put(Column::kState, message_key(inbox, mail::Uid(uid)), "");
                  writes.put(Column::kDigest, message_key(inbox, mail::Uid(uid)), "");
                }
              }),
              AllOf(Contains(HasSubstr("message 1 of mailbox 1 has a mod-sequence of 0")),
                    Contains(HasSubstr("message 1 of mailbox 1 has unknown system flags")),
                    Contains(HasSubstr("message 0 of mailbox 1 has the UID that is none")),
                    Contains(HasSubstr("not below its UIDNEXT"))));
}

TEST_F(CheckTest, SeesPartsThatCannotBe) {
  const auto put = [&](Writes& writes, std::uint32_t uid, const std::string& structure) {
    mail::Digest digest = digests[uid];
    digest.structure = structure;
    writes.put(Column::kDigest, message_key(inbox, mail::Uid(uid)), mail::encode_digest(digest));
  };
  const mail::PartNode part{.body = {1, 3}};
  EXPECT_THAT(
      problems_after([&](Writes& writes) {
        put(writes, 1, "\7");
        put(writes, 2,
            mail::encode_part_tree({.kind = mail::PartNode::Kind::kMultipart, .children = {part}}));
        put(writes, 4, mail::encode_part_tree(part));
      }),
      ElementsAre(HasSubstr("message 1 of mailbox 1: part tree of unknown version"),
                  HasSubstr("message 2 of mailbox 1 has a part behind its end")));
}

TEST_F(CheckTest, ComparesTheLogWithTheMessages) {
  // What it says of 3 is right.
  EXPECT_THAT(problems_with(Column::kLog, log_key(inbox, mail::ModSeq(6)),
                            encode_expunged(uids({1, 3, 4}))),
              ElementsAre(HasSubstr("message 1 was expunged and is there"),
                          HasSubstr("message 4 was expunged and is there")));
  EXPECT_THAT(problems_with(Column::kLog, log_key(inbox, mail::ModSeq(6)),
                            encode_expunged(uid_range(0, 9))),
              ElementsAre(HasSubstr("names UIDs that never were"),
                          HasSubstr("message 1 was expunged and is there")));
}

TEST_F(CheckTest, SeesLogRowsThatCannotBe) {
  EXPECT_THAT(
      problems_with(Column::kLog, log_key(inbox, mail::ModSeq(6)), std::string("\1\2\3\0\0\0", 6)),
      ElementsAre(HasSubstr("has ranges that touch")));
  EXPECT_THAT(problems_with(Column::kLog, log_key(inbox, mail::ModSeq(6)), encode_expunged({})),
              ElementsAre(HasSubstr("names UIDs that never were")));
  EXPECT_THAT(
      problems_after([&](Writes& writes) {
        writes.erase(Column::kLog, log_key(inbox, mail::ModSeq(6)));
        writes.put(Column::kLog, log_key(inbox, mail::ModSeq(0)), encode_expunged(uids({3})));
        writes.put(Column::kLog, log_key(inbox, mail::ModSeq(7)), encode_expunged(uids({3})));
        writes.put(Column::kLog, log_key(mail::MailboxId(77), mail::ModSeq(7)),
                   encode_expunged(uids({3})));
      }),
      AllOf(Contains(HasSubstr("log of mailbox 1 at 0 is below its floor")),
            Contains(HasSubstr("log of mailbox 1 at 7 is above HIGHESTMODSEQ")),
            Contains(HasSubstr("log of mailbox 77 at 7: there is no such mailbox")),
            Contains(HasSubstr("counts 1 log rows and has 2"))));
}

TEST_F(CheckTest, SeesChunksThatCannotBe) {
  EXPECT_THAT(problems_with(Column::kBody, body_key(blob, 0), "\7one"),
              Contains(HasSubstr("has a chunk of an unknown version")));
  EXPECT_THAT(problems_with(Column::kBody, body_key(blob, 0), ""),
              Contains(HasSubstr("has a chunk of an unknown version")));
  EXPECT_THAT(problems_with(Column::kBody, body_key(blob, 0), "\1" + std::string(262'145, 'x')),
              Contains(HasSubstr("has a chunk that is too long")));
}

TEST_F(CheckTest, SeesALinkThatSaysSomething) {
  EXPECT_THAT(problems_with(Column::kLink, link_key(blob, inbox, mail::Uid(1)), "\1"),
              ElementsAre(HasSubstr("the link is not empty")));
}

TEST_F(CheckTest, SeesCandidatesThatCannotBe) {
  EXPECT_THAT(problems_after([&](Writes& writes) {
                const auto put = [&](std::uint64_t mailbox, std::uint32_t uid,
                                     const std::string& value) {
                  writes.put(Column::kCandidate,
                             link_key(blob, mail::MailboxId(mailbox), mail::Uid(uid)), value);
                };
                put(inbox.value, 1, encode_number(3));
                put(inbox.value, 2, encode_number(4));
                put(inbox.value, 3, "\7");
                put(inbox.value, 5, encode_number(0));
                put(0, 1, encode_number(0));
              }),
              testing::UnorderedElementsAre(
                  HasSubstr("message 1 of mailbox 1: the message was expunged and has the blob"),
                  HasSubstr("message 2 of mailbox 1: 3 octets instead of 4"),
                  HasSubstr("message 3 of mailbox 1: a number is malformed"),
                  HasSubstr("message 5 of mailbox 1: the message never was"),
                  HasSubstr("message 1 of mailbox 0 is neither of a message nor of a new blob")));
}

TEST_F(CheckTest, SeesMailboxIdsThatWouldBeGivenAgain) {
  const std::string next_id = meta_key(MetaKind::kNextId, "m");
  EXPECT_THAT(problems_without(Column::kMeta, next_id),
              ElementsAre(HasSubstr("ids of kind m up to 3 are used")));
  // Of mailboxes that are deleted, too: their rows are still there.
  EXPECT_THAT(problems_after([&](Writes& writes) {
                writes.put(Column::kMeta, next_id, encode_number(4));
                writes.put(Column::kMeta, meta_key(MetaKind::kGone, 77), encode_number(0));
              }),
              ElementsAre(HasSubstr("ids of kind m up to 77 are used")));
  EXPECT_THAT(problems_with(Column::kCandidate, link_key(blob, mail::MailboxId(78), mail::Uid(1)),
                            encode_number(3)),
              ElementsAre(HasSubstr("ids of kind m up to 78 are used")));
}

}  // namespace
}  // namespace roost::store
