// Accounts: names, password hashes, removal, and what is announced of them.
#include <gmock/gmock.h>

#include "store/conformance/store_fixture.h"

namespace roost::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Event = ChangeSink::AccountEvent;

class AccountsTest : public StoreTest {};
ROOST_FOR_EVERY_BACKEND(AccountsTest);

TEST_P(AccountsTest, IsFoundWithoutRegardToCase) {
  const Account found = must(store.find_account("ALICE"));
  EXPECT_EQ(found.id, alice);
  EXPECT_EQ(found.name, "alice");
  EXPECT_EQ(found.password_hash, "hash");
  EXPECT_EQ(code_of(store.create_account("Alice", "other")), ErrorCode::kAlreadyExists);
  EXPECT_EQ(code_of(store.find_account("alic")), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.find_account("")), ErrorCode::kNotFound);
}

TEST_P(AccountsTest, KeepsTheSpellingItWasMadeWith) {
  must(store.create_account("Bob@Example.ORG", "h"));
  EXPECT_EQ(must(store.find_account("bob@example.org")).name, "Bob@Example.ORG");
}

TEST_P(AccountsTest, RefusesNamesThatMakeNoSense) {
  for (const std::string& name : {std::string(), std::string(256, 'a'), std::string("a b"),
                                  std::string("a\nb"), std::string("a\0b", 3)}) {
    EXPECT_EQ(code_of(store.create_account(name, "h")), ErrorCode::kInvalid) << name;
    EXPECT_EQ(code_of(store.import_accounts({{"good", "h"}, {name, "h"}})), ErrorCode::kInvalid);
  }
  EXPECT_EQ(must(store.accounts()).size(), 1u) << "a refused import imports nothing";
  must(store.create_account(std::string(255, 'a'), "h"));
}

TEST_P(AccountsTest, ListsByName) {
  must(store.create_account("zoe", "h"));
  must(store.create_account("Bob", "h"));
  std::vector<std::string> names;
  for (const Account& account : must(store.accounts())) names.push_back(account.name);
  EXPECT_THAT(names, ElementsAre("alice", "Bob", "zoe"));
}

TEST_P(AccountsTest, ImportMakesAndUpdates) {
  must(store.import_accounts({{"Alice", "new"}, {"bob", "b"}, {"bob", "b2"}}));
  EXPECT_EQ(must(store.find_account("alice")).password_hash, "new");
  EXPECT_EQ(must(store.find_account("alice")).name, "alice");
  const Account bob = must(store.find_account("bob"));
  EXPECT_EQ(bob.password_hash, "b2");
  EXPECT_TRUE(must(store.find_mailbox(bob.id, "INBOX")).selectable);
  EXPECT_THAT(sink.account_events(), testing::Contains(Pair(alice, Event::kPasswordChanged)));
}

TEST_P(AccountsTest, AnnouncesANewPassword) {
  must(store.set_password_hash(alice, "second"));
  EXPECT_EQ(must(store.find_account("alice")).password_hash, "second");
  EXPECT_THAT(sink.account_events(), ElementsAre(Pair(alice, Event::kPasswordChanged)));
  EXPECT_EQ(code_of(store.set_password_hash(mail::AccountId(999'999), "h")), ErrorCode::kNotFound);
}

TEST_P(AccountsTest, RemovalTakesAllMailWithIt) {
  const mail::MailboxId work = must(store.create_mailbox(alice, "Work", {})).id;
  const mail::BlobId blob = [&] {
    Batch batch = batch_for(work);
    batch.messages.push_back(message(store, "gone"));
    must(store.commit(batch));
    return batch.messages[0].blob.id();
  }();
  must(store.set_subscribed(alice, "Work", Store::Subscribed::kYes));
  must(store.remove_account(alice));

  EXPECT_THAT(sink.deleted(), testing::UnorderedElementsAre(inbox, work));
  EXPECT_THAT(sink.account_events(), ElementsAre(Pair(alice, Event::kRemoved)));
  EXPECT_EQ(code_of(store.find_account("alice")), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.mailboxes(alice)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.subscriptions(alice)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.view(work)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.status(inbox)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.commit(batch_for(inbox))), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.remove_account(alice)), ErrorCode::kNotFound);

  must(store.sweep());
  EXPECT_EQ(code_of(store.read_blob(blob, 0, 10)), ErrorCode::kNotFound);
  EXPECT_EQ(must(store.check()).messages, 0u);
}

TEST_P(AccountsTest, ANameMadeAnewIsANewAccount) {
  append(store, inbox, "old");
  must(store.remove_account(alice));
  const mail::AccountId again = must(store.create_account("alice", "h"));
  EXPECT_NE(again, alice);
  const Mailbox fresh = must(store.find_mailbox(again, "INBOX"));
  EXPECT_NE(fresh.id, inbox);
  EXPECT_EQ(must(store.status(fresh.id)).messages, 0u);
}

// RFC 3501 section 2.3.1.1. The mailboxes are made faster than one a second, so that no clock
// helps.
TEST_P(AccountsTest, ANameMadeAnewHasHigherUidValidities) {
  mail::UidValidity last_inbox, last_work;
  for (int i = 0; i < 3; ++i) {
    const mail::AccountId account = must(store.find_account("alice")).id;
    const mail::UidValidity first = must(store.find_mailbox(account, "INBOX")).uid_validity;
    EXPECT_GT(first, last_inbox);
    last_inbox = first;
    for (int j = 0; j < 10; ++j) {
      const mail::UidValidity work = must(store.create_mailbox(account, "Work", {})).uid_validity;
      EXPECT_GT(work, last_work);
      last_work = work;
      must(store.delete_mailbox(account, "Work"));
    }
    const mail::AccountId bob = must(store.create_account("bob", "h"));
    must(store.remove_account(account));
    must(store.remove_account(bob));  // who has given fewer: that takes nothing back
    must(store.create_account("Alice", "h"));
  }
}

}  // namespace
}  // namespace roost::store
