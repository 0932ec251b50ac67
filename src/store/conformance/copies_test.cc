// Copies: the message again, with a UID, flags and a save date of its own.
#include "store/conformance/store_fixture.h"

namespace roost::store {
namespace {

class CopiesTest : public StoreTest {
 protected:
  CopiesTest() { other = must(store.create_mailbox(alice, "other", {})).id; }

  // Without what each copy has of its own.
  mail::Digest digest_of(mail::MailboxId mailbox, std::uint32_t uid) {
    mail::Digest digest = must(store.digest(mailbox, mail::Uid(uid)));
    digest.saved.date = {};
    return digest;
  }

  mail::MailboxId other;
};
ROOST_FOR_EVERY_BACKEND(CopiesTest);

TEST_P(CopiesTest, ACopyIsTheMessageWithFlagsOfItsOwn) {
  append(store, inbox, "first", flag(mail::SystemFlag::kSeen));
  append(store, inbox, "second");
  Batch batch = copies_for(store, other, inbox, uids({1, 2}));
  batch.copies[1].flags = {static_cast<std::uint8_t>(mail::SystemFlag::kFlagged), {"blue"}};
  EXPECT_EQ(must(store.commit(batch)).assigned, uids({1, 2}));
  EXPECT_EQ(digest_of(other, 1), digest_of(inbox, 1));
  EXPECT_EQ(digest_of(other, 2), digest_of(inbox, 2));
  EXPECT_EQ(must(store.status(other)).size, must(store.status(inbox)).size);
  EXPECT_EQ(must(store.status(other)).unseen, 2U);
  const mail::ViewPtr view = must(store.view(other));
  EXPECT_EQ(view->keywords().names_of(entry_of(store, other, 2).flags), batch.copies[1].flags);
}

TEST_P(CopiesTest, AreOfThoseThatAreThere) {
  for (const char* octets : {"one", "two", "three", "four"}) append(store, inbox, octets);
  expunge(store, inbox, uids({2}));
  const Batch batch = copies_for(store, other, inbox, uids({1, 2, 4, 9}));
  ASSERT_EQ(batch.copies.size(), 2U);
  EXPECT_EQ(batch.copies[0].blob.id(), digest_of(inbox, 1).blob);
  EXPECT_EQ(batch.copies[1].blob.id(), digest_of(inbox, 4).blob);
  EXPECT_TRUE(copies_for(store, other, inbox, {}).copies.empty());
}

TEST_P(CopiesTest, NoMoreIsVisitedThanIsAskedFor) {
  for (const char* octets : {"one", "two", "three"}) append(store, inbox, octets);
  std::vector<mail::Uid> visited;
  must(store.copies(inbox, uid_range(1, 3), [&](mail::Uid uid, MessageCopy&&) {
    visited.push_back(uid);
    return visited.size() < 2;
  }));
  EXPECT_EQ(visited, (std::vector{mail::Uid(1), mail::Uid(2)}));
}

TEST_P(CopiesTest, StandBehindNewMessagesOfTheBatch) {
  append(store, inbox, "old");
  Batch batch = copies_for(store, inbox, inbox, uids({1}));
  batch.messages.push_back(message(store, "a new one"));
  EXPECT_EQ(must(store.commit(batch)).assigned, uids({2, 3}));
  EXPECT_NE(digest_of(inbox, 2).blob, digest_of(inbox, 1).blob);
  EXPECT_EQ(digest_of(inbox, 3), digest_of(inbox, 1));
  EXPECT_EQ(must(store.status(inbox)).size, 3U + 9U + 3U);
  EXPECT_TRUE(must(store.check()).problems.empty());
}

TEST_P(CopiesTest, OfAMailboxThatIsGoneThereAreNone) {
  must(store.delete_mailbox(alice, "other"));
  const auto visit = [](mail::Uid, MessageCopy&&) { return true; };
  EXPECT_EQ(code_of(store.copies(other, uid_range(1, 9), visit)), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace roost::store
