// Commit: UIDs, mod-sequences, flags, expunges, counters, and what is announced.
#include <gmock/gmock.h>

#include "store/conformance/store_fixture.h"

namespace roost::store {
namespace {

using mail::FlagNames;
using mail::ModSeq;
using mail::SystemFlag;
using mail::Uid;
using testing::ElementsAre;
using testing::IsEmpty;
using Op = FlagUpdate::Op;

class CommitTest : public StoreTest {
 protected:
  FlagNames names_of(std::uint32_t uid) {
    return must(store.view(inbox))->keywords().names_of(entry_of(store, inbox, uid).flags);
  }
};
ROOST_FOR_EVERY_BACKEND(CommitTest);

TEST_P(CommitTest, AssignsUidsInOrder) {
  Batch batch = batch_for(inbox);
  for (const char* octets : {"one", "two!", "three"}) {
    batch.messages.push_back(message(store, octets));
  }
  const ModSeq before = must(store.status(inbox)).highest_modseq;
  const Committed committed = must(store.commit(batch));
  EXPECT_EQ(committed.assigned, uid_range(1, 3));
  EXPECT_EQ(committed.modseq, before.next());
  EXPECT_EQ(append(store, inbox, "four").assigned, uids({4}));

  const mail::ViewPtr view = must(store.view(inbox));
  EXPECT_EQ(view->size(), 4u);
  EXPECT_EQ(view->uid_next(), Uid(5));
  EXPECT_EQ(entry_of(store, inbox, 2).modseq, committed.modseq);
  mail::Digest stored = must(store.digest(inbox, Uid(2)));
  stored.saved = {};  // is the store's to say: saved_test.cc
  EXPECT_EQ(stored, batch.messages[1].digest);
  const MailboxStatus status = must(store.status(inbox));
  EXPECT_EQ(status.messages, 4u);
  EXPECT_EQ(status.unseen, 4u);
  EXPECT_EQ(status.size, 16u);
  EXPECT_EQ(status.uid_next, Uid(5));
  EXPECT_EQ(status.highest_modseq, view->modseq());
}

TEST_P(CommitTest, KeepsTheFlagsOfNewMessages) {
  append(store, inbox, "m", {static_cast<std::uint8_t>(SystemFlag::kSeen), {"Work", "home"}});
  EXPECT_EQ(names_of(1), (FlagNames{1, {"Work", "home"}}));
  EXPECT_EQ(must(store.status(inbox)).unseen, 0u);
  append(store, inbox, "n", {0, {"WORK"}});
  EXPECT_EQ(names_of(2), (FlagNames{0, {"Work"}})) << "keywords keep their first spelling";
}

// --- FlagUpdate::unchanged_since (RFC 7162 section 3.1.3) ---

class UnchangedSinceTest : public CommitTest {
 protected:
  // Adds \Flagged, or what is given, to UIDs 1 to 3.
  Committed commit_if(FlagUpdate::UnchangedSince condition, Op op = Op::kAdd,
                      FlagNames flags = flag(SystemFlag::kFlagged)) {
    Batch batch = batch_for(inbox);
    batch.flags.push_back({uid_range(1, 3), op, std::move(flags), std::move(condition)});
    return must(store.commit(batch));
  }
  void SetUp() override {
    for (const char* octets : {"1", "2", "3"}) append(store, inbox, octets);
    before = must(store.view(inbox));
    highest = before->modseq();
  }
  mail::ViewPtr before;
  ModSeq highest;
};
ROOST_FOR_EVERY_BACKEND(UnchangedSinceTest);

TEST_P(UnchangedSinceTest, AllPassAtTheHighestModSeq) {
  const Committed committed = commit_if({highest, nullptr});
  EXPECT_TRUE(committed.modified.empty());
  EXPECT_EQ(committed.modseq, highest.next());
  for (const std::uint32_t uid : {1, 2, 3}) {
    EXPECT_EQ(names_of(uid), flag(SystemFlag::kFlagged));
    EXPECT_EQ(entry_of(store, inbox, uid).modseq, committed.modseq);
  }
}

TEST_P(UnchangedSinceTest, TheOthersAreChangedAllTheSame) {
  update_flags(store, inbox, uids({2}), Op::kAdd, flag(SystemFlag::kFlagged));
  const Committed committed = commit_if({highest, before});
  EXPECT_EQ(committed.modified, uids({2}));
  EXPECT_EQ(entry_of(store, inbox, 1).modseq, committed.modseq);
  EXPECT_EQ(entry_of(store, inbox, 2).modseq, highest.next());
  EXPECT_EQ(entry_of(store, inbox, 3).modseq, committed.modseq);
}

TEST_P(UnchangedSinceTest, NothingIsWrittenIfAllFail) {
  const std::size_t announced = sink.changes().size();
  FlagNames keyword;
  keyword.keywords = {"new"};
  const Committed committed = commit_if({ModSeq(1), nullptr}, Op::kReplace, keyword);
  EXPECT_EQ(committed.modified, uid_range(1, 3));
  EXPECT_EQ(committed.modseq, highest);
  EXPECT_EQ(must(store.view(inbox))->modseq(), highest);
  EXPECT_THAT(must(store.view(inbox))->keywords().names(), IsEmpty());
  EXPECT_EQ(sink.changes().size(), announced);
}

TEST_P(UnchangedSinceTest, AnotherFlagIsNoReasonToFail) {
  update_flags(store, inbox, uids({2}), Op::kAdd, flag(SystemFlag::kAnswered));
  EXPECT_TRUE(commit_if({highest, before}).modified.empty());
  EXPECT_EQ(names_of(2).system, static_cast<std::uint8_t>(SystemFlag::kAnswered) |
                                    static_cast<std::uint8_t>(SystemFlag::kFlagged));
  // To FLAGS all flags matter; and without what was known, all may have changed.
  EXPECT_EQ(commit_if({highest, before}, Op::kReplace).modified, uid_range(1, 3));
  EXPECT_EQ(commit_if({highest, nullptr}, Op::kRemove).modified, uid_range(1, 3));
  // What was known later than the condition says is no evidence either.
  const mail::ViewPtr now = must(store.view(inbox));
  EXPECT_EQ(commit_if({highest, now}, Op::kRemove).modified, uid_range(1, 3));
}

TEST_P(UnchangedSinceTest, ZeroPassesForKeywordsThatAreNotThere) {
  FlagNames keyword;
  keyword.keywords = {"$MDNSent"};
  update_flags(store, inbox, uids({2}), Op::kAdd, keyword);
  EXPECT_EQ(commit_if({ModSeq(0), nullptr}, Op::kAdd, keyword).modified, uids({2}));
  EXPECT_EQ(names_of(1), keyword);
  EXPECT_EQ(commit_if({ModSeq(0), nullptr}).modified, uid_range(1, 3));
  EXPECT_EQ(commit_if({ModSeq(0), nullptr}, Op::kReplace, {}).modified, uid_range(1, 3));
}

TEST_P(CommitTest, KnowsTheFirstUnseenMessage) {
  const FlagNames seen = flag(SystemFlag::kSeen);
  const auto first_unseen = [&] { return must(store.status(inbox)).first_unseen.value; };
  EXPECT_EQ(first_unseen(), 0u);
  append(store, inbox, "1", seen);
  EXPECT_EQ(first_unseen(), 0u);
  for (const char* octets : {"2", "3", "4", "5"}) append(store, inbox, octets);
  EXPECT_EQ(first_unseen(), 2u);
  update_flags(store, inbox, uids({2, 3}), Op::kAdd, seen);
  EXPECT_EQ(first_unseen(), 4u);
  expunge(store, inbox, uids({1, 3}));
  EXPECT_EQ(first_unseen(), 2u);
  update_flags(store, inbox, uids({2}), Op::kRemove, seen);
  EXPECT_EQ(first_unseen(), 1u);
  expunge(store, inbox, uids({2, 4}));
  EXPECT_EQ(first_unseen(), 1u) << "what was message 5";

  Batch batch = batch_for(inbox);
  batch.flags.push_back({uids({5}), Op::kAdd, seen});
  batch.messages.push_back(message(store, "6", seen));
  batch.messages.push_back(message(store, "7"));
  must(store.commit(batch));
  EXPECT_EQ(first_unseen(), 3u);
}

TEST_P(CommitTest, ReplacesAddsAndRemovesFlags) {
  append(store, inbox, "m", {static_cast<std::uint8_t>(SystemFlag::kDraft), {"a"}});
  update_flags(store, inbox, uids({1}), Op::kAdd, {1, {"b"}});
  EXPECT_EQ(names_of(1), (FlagNames{17, {"a", "b"}}));
  update_flags(store, inbox, uids({1}), Op::kRemove, {16, {"A", "unknown"}});
  EXPECT_EQ(names_of(1), (FlagNames{1, {"b"}}));
  update_flags(store, inbox, uids({1}), Op::kReplace, {2, {"c"}});
  EXPECT_EQ(names_of(1), (FlagNames{2, {"c"}}));
  EXPECT_THAT(must(store.view(inbox))->keywords().names(), ElementsAre("a", "b", "c"));
}

TEST_P(CommitTest, TouchesOnlyMessagesWhoseFlagsChange) {
  append(store, inbox, "one", flag(SystemFlag::kSeen));
  append(store, inbox, "two");
  const ModSeq old = entry_of(store, inbox, 1).modseq;
  const Committed committed =
      update_flags(store, inbox, uid_range(1, 0xffffffff), Op::kAdd, flag(SystemFlag::kSeen));
  EXPECT_EQ(entry_of(store, inbox, 1).modseq, old);
  EXPECT_EQ(entry_of(store, inbox, 2).modseq, committed.modseq);
}

TEST_P(CommitTest, AChangeSaysWhoseItIs) {
  Batch batch = batch_for(inbox);
  batch.account = alice;
  batch.messages.push_back(message(store, "one"));
  must(store.commit(batch));
  EXPECT_EQ(sink.changes().back().account, alice);
  const Batch expunge{.mailbox = inbox, .account = alice, .expunge = uids({1})};
  must(store.commit(expunge));
  EXPECT_EQ(sink.changes().back().account, alice);
}

TEST_P(CommitTest, ABatchThatChangesNothingIsNotAnnounced) {
  append(store, inbox, "one", flag(SystemFlag::kSeen));
  const ModSeq before = must(store.status(inbox)).highest_modseq;
  const std::size_t announced = sink.changes().size();
  Batch batch = batch_for(inbox);
  batch.flags.push_back({uids({1}), Op::kAdd, flag(SystemFlag::kSeen)});
  batch.flags.push_back({uids({7}), Op::kReplace, {0, {"keyword"}}});
  batch.expunge = uids({5, 9});
  const Committed committed = must(store.commit(batch));
  EXPECT_EQ(committed.modseq, before);
  EXPECT_TRUE(committed.expunged.empty());
  EXPECT_TRUE(committed.assigned.empty());
  EXPECT_EQ(must(store.commit(batch_for(inbox))).modseq, before);
  EXPECT_EQ(must(store.status(inbox)).highest_modseq, before);
  EXPECT_EQ(sink.changes().size(), announced);
  EXPECT_THAT(must(store.view(inbox))->keywords().names(), IsEmpty());
}

TEST_P(CommitTest, UpdatesThatCancelOutChangeNothing) {
  append(store, inbox, "one");
  const ModSeq before = must(store.status(inbox)).highest_modseq;
  Batch batch = batch_for(inbox);
  batch.flags.push_back({uids({1}), Op::kAdd, flag(SystemFlag::kSeen)});
  batch.flags.push_back({uids({1}), Op::kRemove, flag(SystemFlag::kSeen)});
  EXPECT_EQ(must(store.commit(batch)).modseq, before);
}

TEST_P(CommitTest, ExpungesAndNeverUsesAUidAgain) {
  for (const char* octets : {"1", "22", "333"}) append(store, inbox, octets);
  const Committed committed = expunge(store, inbox, uid_range(2, 50));
  EXPECT_EQ(committed.expunged, uid_range(2, 3));
  EXPECT_EQ(must(store.view(inbox))->size(), 1u);
  EXPECT_EQ(code_of(store.digest(inbox, Uid(3))), ErrorCode::kNotFound);
  EXPECT_EQ(must(store.status(inbox)).size, 1u);
  EXPECT_EQ(append(store, inbox, "x").assigned, uids({4}));
}

TEST_P(CommitTest, ExpungesOnlyDeletedIfAsked) {
  for (const char* octets : {"1", "2", "3"}) append(store, inbox, octets);
  update_flags(store, inbox, uids({2}), Op::kAdd, flag(SystemFlag::kDeleted));
  Batch batch = batch_for(inbox);
  batch.flags.push_back({uids({3}), Op::kAdd, flag(SystemFlag::kDeleted)});
  batch.expunge = uid_range(1, 10);
  batch.which = Batch::Expunge::kOnlyDeleted;
  EXPECT_EQ(must(store.commit(batch)).expunged, uids({2, 3})) << "flags come before the expunge";
  const MailboxStatus status = must(store.status(inbox));
  EXPECT_EQ(status.messages, 1u);
  EXPECT_EQ(status.deleted, 0u);
  EXPECT_EQ(status.unseen, 1u);
}

TEST_P(CommitTest, CountsUnseenAndDeleted) {
  for (int i = 0; i < 4; ++i) append(store, inbox, "m");
  update_flags(store, inbox, uids({1, 2}), Op::kAdd,
               {static_cast<std::uint8_t>(SystemFlag::kSeen) |
                    static_cast<std::uint8_t>(SystemFlag::kDeleted),
                {}});
  EXPECT_EQ(must(store.status(inbox)).unseen, 2u);
  EXPECT_EQ(must(store.status(inbox)).deleted, 2u);
  expunge(store, inbox, uids({1, 4}));
  EXPECT_EQ(must(store.status(inbox)).unseen, 1u);
  EXPECT_EQ(must(store.status(inbox)).deleted, 1u);
}

TEST_P(CommitTest, AllOfABatchIsOneChange) {
  for (int i = 0; i < 3; ++i) append(store, inbox, "m");
  const std::size_t announced = sink.changes().size();
  Batch batch = batch_for(inbox);
  batch.flags.push_back({uids({1}), Op::kReplace, flag(SystemFlag::kFlagged)});
  batch.expunge = uids({2});
  batch.messages.push_back(message(store, "new"));
  const Committed committed = must(store.commit(batch));
  EXPECT_EQ(sink.changes().size(), announced + 1);
  EXPECT_EQ(entry_of(store, inbox, 1).modseq, committed.modseq);
  EXPECT_EQ(entry_of(store, inbox, 4).modseq, committed.modseq);
}

TEST_P(CommitTest, ExpungesEachOrDoesNothing) {
  for (int i = 0; i < 2; ++i) append(store, inbox, "m");
  Batch batch = batch_for(inbox);
  batch.expunge = uids({1, 3});
  batch.which = Batch::Expunge::kEach;
  batch.messages.push_back(message(store, "instead"));
  EXPECT_EQ(code_of(store.commit(batch)), ErrorCode::kNotFound);
  EXPECT_EQ(must(store.status(inbox)).messages, 2u);
  EXPECT_EQ(must(store.status(inbox)).uid_next, Uid(3));
  batch.expunge = uids({1});
  const Committed committed = must(store.commit(batch));
  EXPECT_EQ(committed.expunged, uids({1}));
  EXPECT_EQ(committed.assigned, uids({3}));
  EXPECT_EQ(must(store.status(inbox)).messages, 2u);
}

TEST_P(CommitTest, KnowsSixtyFourKeywordsAndNoMore) {
  append(store, inbox, "m");
  FlagNames many;
  for (std::size_t i = 0; i < mail::kMaxKeywords; ++i)
    many.keywords.push_back("k" + std::to_string(i));
  update_flags(store, inbox, uids({1}), Op::kReplace, many);
  EXPECT_EQ(names_of(1), many);

  Batch batch = batch_for(inbox);
  batch.flags.push_back({uids({1}), Op::kAdd, {0, {"one-more"}}});
  batch.messages.push_back(message(store, "unborn"));
  EXPECT_EQ(code_of(store.commit(batch)), ErrorCode::kLimit);
  EXPECT_EQ(must(store.status(inbox)).messages, 1u) << "all or none";
  batch.flags.clear();
  batch.messages[0].flags = {0, {"one-more"}};
  EXPECT_EQ(code_of(store.commit(batch)), ErrorCode::kLimit);
  EXPECT_EQ(must(store.status(inbox)).messages, 1u);
}

TEST_P(CommitTest, RefusesADigestOfAnotherBlob) {
  Batch batch = batch_for(inbox);
  batch.messages.push_back(message(store, "m"));
  batch.messages[0].digest.blob = write_blob(store, "other").id();
  EXPECT_EQ(code_of(store.commit(batch)), ErrorCode::kInvalid);
}

TEST_P(CommitTest, RefusesAnUnknownMailbox) {
  EXPECT_EQ(code_of(store.commit(batch_for(mail::MailboxId(999'999)))), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.view(mail::MailboxId(999'999))), ErrorCode::kNotFound);
}

TEST_P(CommitTest, AnnouncesWithBothViewsOrNone) {
  must(store.view(inbox));
  append(store, inbox, "one");
  update_flags(store, inbox, uids({1}), Op::kAdd, flag(SystemFlag::kSeen));
  expunge(store, inbox, uids({1}));
  ModSeq last = ModSeq(1);
  for (const Change& change : sink.changes()) {
    EXPECT_EQ(change.mailbox, inbox);
    EXPECT_EQ(change.modseq, last.next());
    ASSERT_EQ(change.before != nullptr, change.after != nullptr);
    if (change.after) {
      EXPECT_EQ(change.before->modseq(), last);
      EXPECT_EQ(change.after->modseq(), change.modseq);
    }
    last = change.modseq;
  }
  EXPECT_EQ(sink.changes().size(), 3u);
  const Change final = sink.changes().back();
  ASSERT_TRUE(final.after) << "an expunge has its views in memory";
  EXPECT_THAT(diff(*final.before, *final.after).expunged_uids, ElementsAre(Uid(1)));
}

// A change is announced after it can be read.
TEST_P(CommitTest, WhatIsAnnouncedCanBeRead) {
  class ReadingSink : public RecordingSink {
   public:
    explicit ReadingSink(Store& store) : store_(store) {}
    void committed(const Change& change) override {
      readable_ = must(store_.status(change.mailbox)).highest_modseq >= change.modseq &&
                  must(store_.view(change.mailbox))->modseq() >= change.modseq;
    }
    bool readable_ = false;
    Store& store_;
  } reading(store);
  store.set_sink(&reading);
  append(store, inbox, "one");
  EXPECT_TRUE(reading.readable_);
  store.set_sink(&sink);
}

TEST_P(CommitTest, AViewStaysAsItWas) {
  append(store, inbox, "one");
  const mail::ViewPtr before = must(store.view(inbox));
  append(store, inbox, "two");
  expunge(store, inbox, uids({1}));
  EXPECT_EQ(before->size(), 1u);
  EXPECT_TRUE(before->find(Uid(1)).has_value());
}

TEST_P(CommitTest, GivesTheDigestsThatExistInOrder) {
  for (int i = 1; i <= 20; ++i) append(store, inbox, "m" + std::to_string(i));
  expunge(store, inbox, uids({3, 4, 15}));
  std::vector<std::uint32_t> seen;
  const auto collect = [&](Uid uid, const mail::Digest& digest) {
    seen.push_back(uid.value);
    EXPECT_EQ(digest, must(store.digest(inbox, uid)));
    return seen.size() < 6;
  };
  mail::UidSet wanted = uids({1, 3, 5, 6});
  wanted.add(mail::UidRange{Uid(14), Uid(0xffffffff)});
  must(store.digests(inbox, wanted, collect));
  EXPECT_THAT(seen, ElementsAre(1u, 5u, 6u, 14u, 16u, 17u)) << "stops when told to";
  seen.clear();
  must(store.digests(inbox, {}, collect));
  EXPECT_THAT(seen, IsEmpty());
}

}  // namespace
}  // namespace roost::store
