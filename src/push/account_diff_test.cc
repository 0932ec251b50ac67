// What the difference of two views of an account says; the views are read from a store.
#include "push/account_diff.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "store/forwarding_store.h"
#include "store/memory/memory_store.h"
#include "store/message_writer.h"

namespace roost::push {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Deletes a mailbox while it is being read: after the names, before the states.
class DeletingStore final : public store::ForwardingStore {
 public:
  DeletingStore(store::Store& to, std::string_view name) : ForwardingStore(to), name_(name) {}
  Result<std::vector<store::Mailbox>> mailboxes(mail::AccountId account) override {
    auto all = ForwardingStore::mailboxes(account);
    EXPECT_TRUE(delete_mailbox(account, name_));
    return all;
  }

 private:
  const std::string_view name_;
};

class AccountDiffTest : public testing::Test {
 protected:
  AccountDiffTest() {
    account_ = *store_->create_account("alice", "");
    before_ = read();
  }

  mail::MailboxId create(std::string_view name, mail::SpecialUse use = mail::SpecialUse::kNone) {
    return store_->create_mailbox(account_, name, use)->id;
  }
  void rename(std::string_view from, std::string_view to) {
    EXPECT_TRUE(store_->rename_mailbox(account_, from, to));
  }
  void remove(std::string_view name) { EXPECT_TRUE(store_->delete_mailbox(account_, name)); }
  void subscribe(std::string_view name, store::Store::Subscribed how) {
    EXPECT_TRUE(store_->set_subscribed(account_, name, how));
  }
  void deliver(std::string_view name) {
    store::MessageWriter writer(*store_);
    EXPECT_TRUE(writer.append("Subject: hello\r\n\r\n"));
    store::Batch batch{.mailbox = store_->find_mailbox(account_, name)->id, .account = account_};
    batch.messages.push_back(*writer.finish());
    EXPECT_TRUE(store_->commit(batch));
  }
  void flag(std::string_view name, mail::SystemFlag flag) {
    store::FlagUpdate update{.op = store::FlagUpdate::Op::kAdd};
    update.uids.add(mail::Uid(1));
    update.flags.system = static_cast<std::uint8_t>(flag);
    EXPECT_TRUE(store_->commit({.mailbox = store_->find_mailbox(account_, name)->id,
                                .account = account_,
                                .flags = {update}}));
  }
  AccountViewPtr read() {
    return *AccountView::read(*store_, account_, nullptr, {.names = true, .states = {}});
  }
  // From here on.
  void settle() { before_ = read(); }

  // "name", "name < old name", "name is gone"
  std::vector<std::string> names() {
    const AccountViewPtr now = read();
    std::vector<std::string> all;
    for (const AccountDiff::Name& name : diff(*before_, *now).names) {
      std::string text(name.name);
      if (name.entry == nullptr) text += " is gone";
      if (!name.old_name.empty()) text += " < " + std::string(name.old_name);
      all.push_back(std::move(text));
    }
    return all;
  }
  // "name: messages unseen", "name: modseq"
  std::vector<std::string> states() {
    const AccountViewPtr now = read();
    std::vector<std::string> all;
    for (const AccountDiff::State& state : diff(*before_, *now).states) {
      all.push_back(std::string(state.name) + ": " +
                    (state.only_modseq ? "modseq"
                                       : std::to_string(state.entry->messages) + " " +
                                             std::to_string(state.entry->unseen)));
    }
    return all;
  }

  std::unique_ptr<store::Store> store_ = store::open_memory_store();
  mail::AccountId account_;
  AccountViewPtr before_;
};

TEST_F(AccountDiffTest, OfOneViewThereIsNone) {
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_THAT(states(), IsEmpty());
}

TEST_F(AccountDiffTest, AViewKnowsItsNames) {
  create("b/c", mail::SpecialUse::kSent);
  create("b c");
  subscribe("b", store::Store::Subscribed::kYes);
  subscribe("a", store::Store::Subscribed::kYes);
  const AccountViewPtr view = read();
  ASSERT_EQ(view->entries().size(), 5U);
  EXPECT_EQ(view->name(0), "INBOX");
  EXPECT_EQ(view->name(1), "a");
  EXPECT_EQ(view->name(4), "b/c");
  EXPECT_EQ(view->find("nowhere"), nullptr);
  EXPECT_FALSE(view->find("a")->exists);
  EXPECT_TRUE(view->find("a")->subscribed);
  EXPECT_TRUE(view->find("b")->has_children);
  EXPECT_TRUE(view->find("b")->subscribed);
  EXPECT_FALSE(view->find("b c")->has_children);
  EXPECT_EQ(view->find("b/c")->special_use, mail::SpecialUse::kSent);
}

TEST_F(AccountDiffTest, WhatIsStaleIsReadAndNothingElse) {
  const auto work = create("work");
  const AccountViewPtr first = read();
  deliver("work");
  deliver("INBOX");
  create("later");
  const AccountViewPtr second =
      *AccountView::read(*store_, account_, first.get(), {.names = false, .states = {work}});
  EXPECT_EQ(second->find("work")->messages, 1U);
  EXPECT_EQ(second->find("INBOX")->messages, 0U);
  EXPECT_EQ(second->find("later"), nullptr);
}

TEST_F(AccountDiffTest, WhereOnlyNamesAreStaleTheStatesOfNewMailboxesAreRead) {
  create("work");
  deliver("work");
  const AccountViewPtr first = read();
  deliver("INBOX");
  rename("work", "play");
  create("later");
  deliver("later");
  const AccountViewPtr second =
      *AccountView::read(*store_, account_, first.get(), {.names = true, .states = {}});
  EXPECT_EQ(second->find("INBOX")->messages, 0U);
  EXPECT_EQ(second->find("play")->messages, 1U);
  EXPECT_EQ(second->find("later")->messages, 1U);
}

TEST_F(AccountDiffTest, OfVeryManyStaleStatesAllAre) {
  Stale stale;
  for (std::size_t i = 1; i <= AccountView::kMaxNames; ++i) stale.add_state(mail::MailboxId(i));
  stale.add_state(mail::MailboxId(1));
  EXPECT_EQ(stale.states.size(), AccountView::kMaxNames);
  EXPECT_FALSE(stale.has_state(mail::MailboxId(5000)));
  stale.add_state(mail::MailboxId(5000));
  EXPECT_THAT(stale.states, IsEmpty());
  EXPECT_TRUE(stale.has_state(mail::MailboxId(1)));
  EXPECT_FALSE(stale.empty());
}

TEST_F(AccountDiffTest, CreatedDeletedSubscribed) {
  create("new");
  EXPECT_THAT(names(), ElementsAre("new"));
  settle();
  remove("new");
  create("other");
  subscribe("INBOX", store::Store::Subscribed::kYes);
  EXPECT_THAT(names(), ElementsAre("new is gone", "INBOX", "other"));
  EXPECT_THAT(states(), IsEmpty());
}

TEST_F(AccountDiffTest, WhatCameAndWentIsNeverMentioned) {
  create("passing");
  deliver("passing");
  remove("passing");
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_THAT(states(), IsEmpty());
}

TEST_F(AccountDiffTest, RenamedOverTheNameOfADeletedOne) {
  create("a");
  create("b");
  settle();
  remove("b");
  rename("a", "b");
  EXPECT_THAT(names(), ElementsAre("a is gone", "b"));
  EXPECT_THAT(states(), ElementsAre("b: 0 0"));  // of another UIDVALIDITY
}

TEST_F(AccountDiffTest, Exchanged) {
  create("a");
  create("b");
  deliver("a");
  settle();
  rename("a", "c");
  rename("b", "a");
  rename("c", "b");
  EXPECT_THAT(names(), ElementsAre("a", "b"));
  EXPECT_THAT(states(), ElementsAre("a: 0 0", "b: 1 1"));
}

TEST_F(AccountDiffTest, RenamedAndItsNameTakenAnew) {
  create("a/x");
  settle();
  rename("a", "b");
  create("a");
  EXPECT_THAT(names(), ElementsAre("b/x < a/x", "a", "b"));
  EXPECT_THAT(states(), ElementsAre("a: 0 0"));
}

TEST_F(AccountDiffTest, InferiorsGoWithoutSaying) {
  create("a/x/y");
  settle();
  rename("a", "b");
  EXPECT_THAT(names(), ElementsAre("b < a"));
  rename("b/x", "b/z");
  EXPECT_THAT(names(), ElementsAre("b/z < a/x", "b < a"));
  rename("b/z/y", "other");
  EXPECT_THAT(names(), ElementsAre("other < a/x/y", "b/z < a/x", "b < a"));
}

// For those who move all that they know below "a".
TEST_F(AccountDiffTest, WhatIsGoneIsToldSoBeforeItsSuperiorIsRenamed) {
  create("a");
  create("a/x");
  deliver("a/x");
  subscribe("a/x", store::Store::Subscribed::kYes);
  settle();
  remove("a/x");
  create("a/x");
  rename("a", "b");
  EXPECT_THAT(names(), ElementsAre("a/x", "b < a", "b/x"));
  EXPECT_THAT(states(), IsEmpty());
}

TEST_F(AccountDiffTest, ANoselectNameIsRecognisedByItsInferiors) {
  create("a/x/y");
  remove("a");
  remove("a/x");
  settle();
  rename("a", "b");
  EXPECT_THAT(names(), ElementsAre("b < a"));
  settle();
  rename("b/x/y", "c/x/y");  // its superiors stay, c and c/x are new
  EXPECT_THAT(names(), ElementsAre("c/x/y < b/x/y", "b/x", "c", "c/x"));
}

TEST_F(AccountDiffTest, OfANoselectNameTheInferiorsMayPart) {
  create("a/x");
  create("a/y");
  remove("a");
  settle();
  rename("a/x", "b/x");
  rename("a/y", "c/y");
  remove("a");
  remove("b");
  remove("c");
  // Which of the two it was cannot be told from the other, and makes no difference.
  EXPECT_THAT(names(), ElementsAre("c/y < a/y", "b < a", "c"));
}

TEST_F(AccountDiffTest, States) {
  create("work");
  deliver("work");
  settle();
  deliver("work");
  deliver("INBOX");
  EXPECT_THAT(states(), ElementsAre("INBOX: 1 1", "work: 2 2"));
  settle();
  flag("work", mail::SystemFlag::kFlagged);
  EXPECT_THAT(states(), ElementsAre("work: modseq"));
  flag("work", mail::SystemFlag::kSeen);
  EXPECT_THAT(states(), ElementsAre("work: 2 1"));
  rename("work", "play");
  EXPECT_THAT(states(), ElementsAre("play: 2 1"));
}

TEST_F(AccountDiffTest, OfAMailboxDeletedWhileItIsReadNoStateIsTold) {
  create("work");
  deliver("work");
  settle();
  remove("work");
  create("work");
  DeletingStore deleting(*store_, "work");
  const AccountViewPtr now =
      *AccountView::read(deleting, account_, before_.get(), {.names = true, .states = {}});
  EXPECT_FALSE(now->find("work")->has_state());
  EXPECT_THAT(diff(*before_, *now).states, IsEmpty());
  before_ = now;
  EXPECT_THAT(names(), ElementsAre("work is gone"));
  create("work");
  EXPECT_THAT(states(), ElementsAre("work: 0 0"));
}

TEST_F(AccountDiffTest, ANewMailboxIsKnownToBeEmpty) {
  create("new");
  EXPECT_THAT(states(), IsEmpty());
  deliver("new");
  EXPECT_THAT(states(), ElementsAre("new: 1 1"));
}

TEST_F(AccountDiffTest, OfTooManyMailboxesNothingIsSaid) {
  for (std::size_t i = 1; i < AccountView::kMaxNames; ++i) create("m" + std::to_string(i));
  EXPECT_EQ(names().size(), AccountView::kMaxNames - 1);
  create("one more");
  EXPECT_TRUE(read()->too_large());
  EXPECT_THAT(names(), IsEmpty());
  settle();
  remove("one more");
  EXPECT_FALSE(read()->too_large());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(AccountDiffTest, OfTooLongNamesNothingIsSaid) {
  const std::string name(200, 'n');
  for (std::size_t i = 0; i < 320; ++i) create(name + std::to_string(100 + i));
  EXPECT_FALSE(read()->too_large());
  for (std::size_t i = 320; i < 330; ++i) create(name + std::to_string(100 + i));
  const AccountViewPtr view = read();
  EXPECT_TRUE(view->too_large());
  EXPECT_THAT(view->entries(), IsEmpty());
  EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace roost::push
