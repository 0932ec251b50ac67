// \Recent (RFC 3501 section 2.3.2) and the log of expunges that QRESYNC reads (RFC 7162).
#include "store/apply.h"
#include "store/conformance/store_fixture.h"

namespace roost::store {
namespace {

using mail::ModSeq;
using mail::Uid;

class RecentTest : public StoreTest {
 protected:
  std::uint32_t recent() { return must(store.status(inbox)).recent; }
};
ROOST_FOR_EVERY_BACKEND(RecentTest);

TEST_P(RecentTest, IsGivenOnce) {
  EXPECT_GT(store.claim_recent(inbox).first, store.claim_recent(inbox).last);
  append(store, inbox, "1");
  append(store, inbox, "2");
  EXPECT_EQ(recent(), 2u);
  const auto first = store.claim_recent(inbox);
  EXPECT_EQ(first.first, Uid(1));
  EXPECT_EQ(first.last, Uid(2));
  EXPECT_EQ(recent(), 0u);
  append(store, inbox, "3");
  EXPECT_EQ(recent(), 1u);
  const auto second = store.claim_recent(inbox);
  EXPECT_EQ(second.first, Uid(3));
  EXPECT_EQ(second.last, Uid(3));
  EXPECT_GT(store.claim_recent(inbox).first, store.claim_recent(inbox).last);
}

TEST_P(RecentTest, AnExpungedMessageIsNotRecent) {
  append(store, inbox, "1");
  (void)store.claim_recent(inbox);
  append(store, inbox, "2");
  append(store, inbox, "3");
  expunge(store, inbox, uids({1, 2}));
  EXPECT_EQ(recent(), 1u);
}

TEST_P(RecentTest, IsCountedAndGivenInOneStepWithWhatSelectTells) {
  append(store, inbox, "1");
  (void)store.claim_recent(inbox);
  append(store, inbox, "2", {0, {"Work"}});
  append(store, inbox, "3");
  const auto left = must(store.open_mailbox(inbox, Store::Recent::kLeave));
  EXPECT_EQ(left.status.messages, 3u);
  EXPECT_EQ(left.status.recent, 2u);
  EXPECT_EQ(left.recent.first, Uid(2));
  EXPECT_EQ(left.recent.last, Uid(3));
  EXPECT_EQ(left.keywords->names(), std::vector<std::string>{"Work"});
  EXPECT_EQ(recent(), 2u);

  const auto taken = must(store.open_mailbox(inbox, Store::Recent::kClaim));
  EXPECT_EQ(taken.status.recent, 2u);
  EXPECT_EQ(taken.recent.first, Uid(2));
  EXPECT_EQ(recent(), 0u);
  EXPECT_TRUE(must(store.open_mailbox(inbox, Store::Recent::kClaim)).recent.empty());
  append(store, inbox, "4");
  EXPECT_EQ(recent(), 1u);
  EXPECT_EQ(store.open_mailbox(mail::MailboxId(999'999), Store::Recent::kClaim).error().code,
            ErrorCode::kNotFound);
}

TEST_P(RecentTest, NothingIsRecentInAMailboxThatIsNot) {
  const auto range = store.claim_recent(mail::MailboxId(999'999));
  EXPECT_GT(range.first, range.last);
}

class LogTest : public StoreTest {};
ROOST_FOR_EVERY_BACKEND(LogTest);

TEST_P(LogTest, SaysWhatWasExpungedSince) {
  for (int i = 0; i < 6; ++i) append(store, inbox, "m");
  const ModSeq start = must(store.status(inbox)).highest_modseq;
  const ModSeq first = expunge(store, inbox, uids({2, 4})).modseq;
  const ModSeq second = expunge(store, inbox, uids({3})).modseq;
  EXPECT_EQ(must(store.expunged_since(inbox, ModSeq(0))), uid_range(2, 4));
  EXPECT_EQ(must(store.expunged_since(inbox, start)), uid_range(2, 4));
  EXPECT_EQ(must(store.expunged_since(inbox, first)), uids({3}));
  EXPECT_EQ(must(store.expunged_since(inbox, second)), mail::UidSet());
  EXPECT_EQ(must(store.expunged_since(inbox, ModSeq(~std::uint64_t{0}))), mail::UidSet());
  EXPECT_EQ(code_of(store.expunged_since(mail::MailboxId(999'999), start)), ErrorCode::kNotFound);
}

TEST_P(LogTest, ForgetsTheOldestAndSaysSo) {
  Batch batch = batch_for(inbox);
  const NewMessage shared = message(store, "m");
  batch.messages.assign(kMaxLogRows + 2, shared);
  const ModSeq start = must(store.commit(batch)).modseq;
  ModSeq first = start;
  for (std::uint32_t uid = 1; uid <= kMaxLogRows + 2; ++uid) {
    const ModSeq modseq = expunge(store, inbox, uids({uid})).modseq;
    if (uid == 2) first = modseq;
  }
  EXPECT_EQ(code_of(store.expunged_since(inbox, start)), ErrorCode::kNotFound);
  EXPECT_EQ(must(store.expunged_since(inbox, first)), uid_range(3, kMaxLogRows + 2));
}

}  // namespace
}  // namespace roost::store
