// The mailbox tree: CREATE, DELETE, RENAME and SUBSCRIBE (RFC 3501 sections 6.3.3 to 6.3.6).
#include <gmock/gmock.h>

#include "store/conformance/store_fixture.h"

namespace roost::store {
namespace {

using mail::SpecialUse;
using testing::ElementsAre;
using testing::IsEmpty;

class MailboxesTest : public StoreTest {
 protected:
  Mailbox create(std::string_view name) {
    return must(store.create_mailbox(alice, name, SpecialUse::kNone));
  }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const Mailbox& mailbox : must(store.mailboxes(alice))) {
      all.push_back(mailbox.selectable ? mailbox.name : "(" + mailbox.name + ")");
    }
    return all;
  }
};
ROOST_FOR_EVERY_BACKEND(MailboxesTest);

TEST_P(MailboxesTest, AnAccountHasItsInbox) {
  EXPECT_THAT(names(), ElementsAre("INBOX"));
  const MailboxStatus status = must(store.status(inbox));
  EXPECT_EQ(status.uid_next, mail::Uid(1));
  EXPECT_GE(status.highest_modseq, mail::ModSeq(1));
  EXPECT_EQ(status.uid_validity, must(store.find_mailbox(alice, "INBOX")).uid_validity);
  EXPECT_EQ(status.messages, 0u);
  EXPECT_TRUE(must(store.view(inbox))->empty());
}

TEST_P(MailboxesTest, CreatesMissingSuperiors) {
  const Mailbox made = must(store.create_mailbox(alice, "a/b/c", SpecialUse::kArchive));
  EXPECT_THAT(names(), ElementsAre("INBOX", "a", "a/b", "a/b/c"));
  EXPECT_EQ(made.special_use, SpecialUse::kArchive);
  EXPECT_EQ(must(store.find_mailbox(alice, "a/b/c")).special_use, SpecialUse::kArchive);
  EXPECT_EQ(must(store.find_mailbox(alice, "a/b")).special_use, SpecialUse::kNone);
  EXPECT_EQ(code_of(store.create_mailbox(alice, "a/b", {})), ErrorCode::kAlreadyExists);
  EXPECT_EQ(code_of(store.create_mailbox(alice, "INBOX", {})), ErrorCode::kAlreadyExists);
  EXPECT_EQ(code_of(store.find_mailbox(alice, "A")), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.create_mailbox(mail::AccountId(999'999), "a", {})), ErrorCode::kNotFound);
}

TEST_P(MailboxesTest, CreatesWhatIsMissing) {
  const Mailbox sent = create("Sent");
  const Store::NamesAndUses wanted = {{"Sent", SpecialUse::kSent},
                                      {"Old/Mail", SpecialUse::kArchive}};
  for (int times = 0; times < 2; ++times) {
    EXPECT_TRUE(store.create_missing_mailboxes(alice, wanted));
    EXPECT_THAT(names(), ElementsAre("INBOX", "Old", "Old/Mail", "Sent"));
    EXPECT_THAT(must(store.subscriptions(alice)), ElementsAre("INBOX", "Old/Mail", "Sent"));
    EXPECT_EQ(must(store.find_mailbox(alice, "Old/Mail")).special_use, SpecialUse::kArchive);
    const Mailbox still = must(store.find_mailbox(alice, "Sent"));
    EXPECT_EQ(still.id, sent.id);
    EXPECT_EQ(still.special_use, SpecialUse::kNone);
  }
  EXPECT_EQ(code_of(store.create_missing_mailboxes(mail::AccountId(999'999), wanted)),
            ErrorCode::kNotFound);
}

TEST_P(MailboxesTest, AnotherAccountHasAnotherTree) {
  create("mine");
  const mail::AccountId bob = must(store.create_account("bob", "h"));
  EXPECT_EQ(must(store.mailboxes(bob)).size(), 1u);
  EXPECT_EQ(code_of(store.find_mailbox(bob, "mine")), ErrorCode::kNotFound);
}

TEST_P(MailboxesTest, DeletesWithItsMessagesAndAnnouncesIt) {
  const Mailbox work = create("Work");
  append(store, work.id, "message");
  must(store.delete_mailbox(alice, "Work"));
  EXPECT_THAT(names(), ElementsAre("INBOX"));
  EXPECT_THAT(sink.deleted(), ElementsAre(work.id));
  EXPECT_EQ(code_of(store.view(work.id)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.status(work.id)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.digest(work.id, mail::Uid(1))), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.expunged_since(work.id, mail::ModSeq(1))), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.delete_mailbox(alice, "Work")), ErrorCode::kNotFound);
  Batch late = batch_for(work.id);
  late.messages.push_back(message(store, "late"));
  EXPECT_EQ(code_of(store.commit(late)), ErrorCode::kNotFound);
}

TEST_P(MailboxesTest, AnnouncesEachChangeOfTheTree) {
  std::size_t announced = sink.trees().size();
  const auto announces = [&](auto&& change) {
    change();
    const std::size_t now = sink.trees().size();
    const bool once = now == announced + 1 && sink.trees().back() == alice;
    announced = now;
    return once;
  };
  EXPECT_TRUE(announces([&] { create("a/b"); }));
  EXPECT_TRUE(announces([&] { must(store.rename_mailbox(alice, "a", "c")); }));
  EXPECT_TRUE(announces([&] { must(store.set_subscribed(alice, "c", Store::Subscribed::kYes)); }));
  EXPECT_FALSE(announces([&] { must(store.set_subscribed(alice, "c", Store::Subscribed::kYes)); }));
  EXPECT_TRUE(announces([&] { must(store.set_subscribed(alice, "c", Store::Subscribed::kNo)); }));
  EXPECT_TRUE(announces([&] { must(store.delete_mailbox(alice, "c/b")); }));
  EXPECT_TRUE(announces(
      [&] { must(store.create_missing_mailboxes(alice, {{"Sent", SpecialUse::kSent}})); }));
  EXPECT_FALSE(announces([&] { EXPECT_FALSE(store.delete_mailbox(alice, "nowhere")); }));
}

TEST_P(MailboxesTest, InboxStays) {
  EXPECT_EQ(code_of(store.delete_mailbox(alice, "INBOX")), ErrorCode::kNoPermission);
}

TEST_P(MailboxesTest, ADeletedNameWithInferiorsBecomesNoselect) {
  create("a/b");
  const Mailbox before = must(store.find_mailbox(alice, "a"));
  must(store.delete_mailbox(alice, "a"));
  EXPECT_THAT(names(), ElementsAre("INBOX", "(a)", "a/b"));
  EXPECT_THAT(sink.deleted(), ElementsAre(before.id));
  EXPECT_EQ(code_of(store.delete_mailbox(alice, "a")), ErrorCode::kNoPermission);

  must(store.delete_mailbox(alice, "a/b"));
  must(store.delete_mailbox(alice, "a"));
  EXPECT_THAT(names(), ElementsAre("INBOX"));
}

TEST_P(MailboxesTest, ANoselectNameBecomesAMailboxAgain) {
  create("a/b");
  const Mailbox before = must(store.find_mailbox(alice, "a"));
  must(store.delete_mailbox(alice, "a"));
  const Mailbox after = must(store.create_mailbox(alice, "a", SpecialUse::kSent));
  EXPECT_TRUE(after.selectable);
  EXPECT_NE(after.id, before.id);
  EXPECT_GT(after.uid_validity, before.uid_validity);
  EXPECT_THAT(names(), ElementsAre("INBOX", "a", "a/b"));
}

TEST_P(MailboxesTest, AMailboxMadeAnewHasAHigherUidValidity) {
  mail::UidValidity last;
  for (int i = 0; i < 5; ++i) {
    const Mailbox made = create("again");
    EXPECT_GT(made.uid_validity, last);
    last = made.uid_validity;
    must(store.delete_mailbox(alice, "again"));
  }
}

TEST_P(MailboxesTest, RenameKeepsIdsUidsAndInferiors) {
  const Mailbox old = create("old");
  const Mailbox inferior = create("old/x/y");
  create("old-fashioned");
  append(store, old.id, "one");
  must(store.rename_mailbox(alice, "old", "new/place"));
  EXPECT_THAT(names(), ElementsAre("INBOX", "new", "new/place", "new/place/x", "new/place/x/y",
                                   "old-fashioned"));
  const Mailbox moved = must(store.find_mailbox(alice, "new/place"));
  EXPECT_EQ(moved.id, old.id);
  EXPECT_EQ(moved.uid_validity, old.uid_validity);
  EXPECT_EQ(must(store.find_mailbox(alice, "new/place/x/y")).id, inferior.id);
  EXPECT_EQ(entry_of(store, old.id, 1).uid, mail::Uid(1));
  EXPECT_THAT(sink.deleted(), IsEmpty());
}

TEST_P(MailboxesTest, RenameRefusesWhatCannotBe) {
  create("a/b");
  create("c");
  EXPECT_EQ(code_of(store.rename_mailbox(alice, "none", "d")), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.rename_mailbox(alice, "a", "c")), ErrorCode::kAlreadyExists);
  EXPECT_EQ(code_of(store.rename_mailbox(alice, "a", "a")), ErrorCode::kAlreadyExists);
  EXPECT_EQ(code_of(store.rename_mailbox(alice, "a", "INBOX")), ErrorCode::kAlreadyExists);
  EXPECT_EQ(code_of(store.rename_mailbox(alice, "a", "a/b/c")), ErrorCode::kInvalid);
  EXPECT_EQ(code_of(store.rename_mailbox(alice, "a", std::string(1000, 'x'))), ErrorCode::kInvalid)
      << "x…x/b would be too long";
  EXPECT_THAT(names(), ElementsAre("INBOX", "a", "a/b", "c"));
}

TEST_P(MailboxesTest, ANoselectNameIsRenamedWithItsInferiors) {
  create("a/b");
  must(store.delete_mailbox(alice, "a"));
  must(store.rename_mailbox(alice, "a", "z"));
  EXPECT_THAT(names(), ElementsAre("INBOX", "(z)", "z/b"));
}

TEST_P(MailboxesTest, RenameOfInboxMovesItsMessages) {
  create("INBOX/below");
  append(store, inbox, "first", {static_cast<std::uint8_t>(mail::SystemFlag::kSeen), {"work"}});
  append(store, inbox, "second");
  must(store.rename_mailbox(alice, "INBOX", "old/mail"));

  EXPECT_THAT(names(), ElementsAre("INBOX", "INBOX/below", "old", "old/mail"));
  EXPECT_EQ(must(store.find_mailbox(alice, "INBOX")).id, inbox);
  const MailboxStatus left = must(store.status(inbox));
  EXPECT_EQ(left.messages, 0u);
  EXPECT_EQ(left.uid_next, mail::Uid(3)) << "UIDs are never used again";

  const mail::MailboxId moved = must(store.find_mailbox(alice, "old/mail")).id;
  EXPECT_EQ(must(store.status(moved)).messages, 2u);
  const mail::ViewPtr view = must(store.view(moved));
  EXPECT_EQ(view->keywords().names_of(view->at(mail::SeqNum(1)).flags),
            (mail::FlagNames{static_cast<std::uint8_t>(mail::SystemFlag::kSeen), {"work"}}));
  const mail::Digest digest = must(store.digest(moved, view->at(mail::SeqNum(2)).uid));
  EXPECT_EQ(must(store.read_blob(digest.blob, 0, 100)), "second");
  EXPECT_EQ(digest.internal_date, (mail::InternalDate{1'700'000'000, 60}));
}

TEST_P(MailboxesTest, RenameOfInboxToATakenNameChangesNothing) {
  create("taken");
  append(store, inbox, "first");
  EXPECT_EQ(code_of(store.rename_mailbox(alice, "INBOX", "taken")), ErrorCode::kAlreadyExists);
  EXPECT_EQ(must(store.status(inbox)).messages, 1u);
}

TEST_P(MailboxesTest, ThereIsALimit) {
  // A name 32 levels deep makes 32 at once.
  std::string levels = "l0";
  for (int level = 1; level < 32; ++level) levels += "/" + std::to_string(level);
  int made = 1;
  Result<Mailbox> last = must(store.find_mailbox(alice, "INBOX"));
  for (int i = 0; last; ++i) {
    levels.replace(0, levels.find('/'), "l" + std::to_string(i));
    last = store.create_mailbox(alice, levels, {});
    if (last) made += 32;
    ASSERT_LE(made, 10'000);
  }
  EXPECT_EQ(code_of(last), ErrorCode::kLimit);
  EXPECT_EQ(must(store.mailboxes(alice)).size(), static_cast<std::size_t>(made));
  EXPECT_EQ(code_of(store.rename_mailbox(alice, "l0", levels)), ErrorCode::kLimit);
}

TEST_P(MailboxesTest, SubscriptionsAreNames) {
  using Subscribed = Store::Subscribed;
  create("b");
  must(store.set_subscribed(alice, "b", Subscribed::kYes));
  must(store.set_subscribed(alice, "a", Subscribed::kYes));
  must(store.set_subscribed(alice, "a", Subscribed::kYes));
  must(store.delete_mailbox(alice, "b"));
  EXPECT_THAT(must(store.subscriptions(alice)), ElementsAre("a", "b"));
  must(store.set_subscribed(alice, "a", Subscribed::kNo));
  must(store.set_subscribed(alice, "never", Subscribed::kNo));
  EXPECT_THAT(must(store.subscriptions(alice)), ElementsAre("b"));
  EXPECT_EQ(code_of(store.set_subscribed(mail::AccountId(999'999), "a", Subscribed::kYes)),
            ErrorCode::kNotFound);
}

TEST_P(MailboxesTest, SubscriptionsAreBounded) {
  using Subscribed = Store::Subscribed;
  for (std::size_t i = 0; i < 2 * kMailboxesPerAccount; ++i) {
    must(store.set_subscribed(alice, "s" + std::to_string(i), Subscribed::kYes));
  }
  EXPECT_EQ(code_of(store.set_subscribed(alice, "more", Subscribed::kYes)), ErrorCode::kLimit);
  must(store.set_subscribed(alice, "s0", Subscribed::kYes));
  must(store.set_subscribed(alice, "s0", Subscribed::kNo));
  must(store.set_subscribed(alice, "more", Subscribed::kYes));
}

}  // namespace
}  // namespace roost::store
