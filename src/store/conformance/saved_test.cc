// What the store says of a message as it takes it: when, and in which thread (mail::Saved).
#include "store/conformance/store_fixture.h"
#include "store/message_writer.h"

namespace roost::store {
namespace {

class SavedTest : public StoreTest {
 protected:
  SavedTest() { other = must(store.create_mailbox(alice, "other", {})).id; }

  NewMessage receive(const std::string& octets) {
    MessageWriter writer(store);
    must(writer.append(octets));
    return must(writer.finish());
  }
  NewMessage mail_of(const std::string& id, const std::string& references = "",
                     const std::string& subject = "hello") {
    std::string octets = "Subject: " + subject + "\r\n";
    if (!id.empty()) octets += "Message-ID: <" + id + ">\r\n";
    if (!references.empty()) octets += "References: " + references + "\r\n";
    return receive(octets + "\r\nbody\r\n");
  }
  void deliver(mail::MailboxId mailbox, mail::AccountId account, std::vector<NewMessage> messages) {
    Batch batch = batch_for(mailbox);
    batch.account = account;
    batch.messages = std::move(messages);
    must(store.commit(batch));
  }
  void deliver(NewMessage message) { deliver(inbox, alice, {std::move(message)}); }

  mail::Saved saved(mail::MailboxId mailbox, std::uint32_t uid) {
    return must(store.digest(mailbox, mail::Uid(uid))).saved;
  }
  mail::ThreadId thread(std::uint32_t uid) { return saved(inbox, uid).thread; }
  void copy(mail::MailboxId from, std::uint32_t uid, mail::MailboxId to) {
    must(store.commit(copies_for(store, to, from, uids({uid}))));
  }

  mail::MailboxId other;
};
ROOST_FOR_EVERY_BACKEND(SavedTest);

TEST_P(SavedTest, TheDateIsWhenTheMessageCame) {
  const std::int64_t before = system_clock().unix_seconds();
  append(store, inbox, "one");  // its internal date is in the past
  const std::int64_t date = saved(inbox, 1).date.unix_seconds;
  EXPECT_GE(date, before);
  EXPECT_LE(date, system_clock().unix_seconds());
}

TEST_P(SavedTest, ACopyHasADateOfItsOwn) {
  NewMessage message = mail_of("1@x");
  message.digest.saved.date = {1'000'000, 0};  // whatever a caller says
  deliver(std::move(message));
  EXPECT_GT(saved(inbox, 1).date.unix_seconds, 1'000'000);
  const mail::Saved original = saved(inbox, 1);
  copy(inbox, 1, other);
  EXPECT_GE(saved(other, 1).date.unix_seconds, original.date.unix_seconds);
  EXPECT_EQ(saved(inbox, 1), original);
}

TEST_P(SavedTest, RepliesAreOfTheThread) {
  deliver(mail_of("1@x"));
  deliver(mail_of("2@x", "<1@x>", "Re: hello"));
  deliver(mail_of("3@x"));
  deliver(mail_of("4@x", "<unknown@x> <2@x>", "AW: Re: hello"));
  EXPECT_NE(thread(1), mail::ThreadId());
  EXPECT_EQ(thread(2), thread(1));
  EXPECT_NE(thread(3), thread(1));
  EXPECT_EQ(thread(4), thread(1));
}

TEST_P(SavedTest, TheOrderDoesNotMatter) {
  deliver(mail_of("3@x", "<1@x> <2@x>"));
  deliver(mail_of("1@x"));
  deliver(mail_of("4@x", "<1@x>"));
  deliver(mail_of("2@x", "<1@x>"));
  for (const std::uint32_t uid : {2u, 3u, 4u}) EXPECT_EQ(thread(uid), thread(1)) << uid;
}

TEST_P(SavedTest, ThreadsThatAreJoinedLaterStay) {
  deliver(mail_of("1@x"));
  deliver(mail_of("2@x"));
  const auto first = thread(1);
  const auto second = thread(2);
  deliver(mail_of("3@x", "<1@x> <2@x>"));
  EXPECT_EQ(thread(1), first);
  EXPECT_EQ(thread(2), second);
  EXPECT_EQ(thread(3), second);  // the nearest
}

TEST_P(SavedTest, AMessageWithoutIdsIsItsOwnThread) {
  deliver(mail_of(""));
  deliver(mail_of(""));
  EXPECT_NE(thread(1), mail::ThreadId());
  EXPECT_NE(thread(1), thread(2));
}

TEST_P(SavedTest, OneBatchCanHoldAThread) {
  deliver(inbox, alice, {mail_of("1@x"), mail_of("2@x", "<1@x>"), mail_of("3@x")});
  EXPECT_EQ(thread(1), thread(2));
  EXPECT_NE(thread(1), thread(3));
}

TEST_P(SavedTest, AThreadSpansTheMailboxesOfOneAccount) {
  const mail::AccountId bob = must(store.create_account("bob", "hash"));
  const mail::MailboxId bobs = must(store.find_mailbox(bob, "INBOX")).id;
  deliver(mail_of("1@x"));
  deliver(other, alice, {mail_of("2@x", "<1@x>")});
  deliver(bobs, bob, {mail_of("3@x", "<1@x>")});
  EXPECT_EQ(saved(other, 1).thread, thread(1));
  EXPECT_NE(saved(bobs, 1).thread, thread(1));
}

TEST_P(SavedTest, CopiesAndDeliveriesOfOneMessageAreEqual) {
  const NewMessage message = mail_of("");
  deliver(inbox, alice, {message});
  deliver(other, alice, {message});
  copy(inbox, 1, other);
  for (const std::uint32_t uid : {1u, 2u}) {
    const mail::Digest digest = must(store.digest(other, mail::Uid(uid)));
    EXPECT_EQ(digest.blob, message.blob.id());
    EXPECT_EQ(digest.saved.thread, thread(1));
  }
}

TEST_P(SavedTest, AnOldMessageIsAThreadOfItsOwn) {
  // Copied from before there were threads.
  NewMessage old = mail_of("1@x");
  old.digest.saved.thread = mail::own_thread(old.digest.blob);
  deliver(std::move(old));
  copy(inbox, 1, other);
  deliver(mail_of("2@x", "<1@x>"));
  EXPECT_EQ(saved(other, 1).thread, thread(1));
  EXPECT_NE(thread(1), mail::ThreadId());
  EXPECT_NE(thread(2), thread(1));
}

TEST_P(SavedTest, WithoutAnAccountAMessageIsItsOwnThread) {
  deliver(inbox, {}, {mail_of("1@x"), mail_of("2@x", "<1@x>")});
  EXPECT_NE(thread(1), mail::ThreadId());
  EXPECT_NE(thread(1), thread(2));
}

TEST_P(SavedTest, AnAccountMadeAnewKnowsNoThreads) {
  deliver(mail_of("1@x"));
  const auto before = thread(1);
  must(store.remove_account(alice));
  alice = must(store.create_account("alice", "hash"));
  inbox = must(store.find_mailbox(alice, "INBOX")).id;
  deliver(mail_of("2@x", "<1@x>"));
  EXPECT_NE(thread(1), before);
  must(store.sweep());
}

}  // namespace
}  // namespace roost::store
