// What no script can say of APPEND and REPLACE: UIDVALIDITY, sizes, limits and commits.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "imap/logged_in_test.h"
#include "store/forwarding_store.h"

namespace roost::imap {
namespace {

class AppendTest : public LoggedInTest {
 protected:
  using LoggedInTest::LoggedInTest;
  [[nodiscard]] store::MailboxStatus status(std::string_view name = "INBOX") {
    return *server_.store->status(server_.mailbox("alice", name));
  }
  [[nodiscard]] std::string octets_of(std::uint32_t uid) {
    const auto digest = server_.store->digest(server_.mailbox("alice"), mail::Uid(uid));
    return *server_.store->read_blob(digest->blob, 0, digest->size + 1);
  }
  static std::string literal(std::string_view octets) {
    return "{" + std::to_string(octets.size()) + "+}\r\n" + std::string(octets);
  }
};

TEST_F(AppendTest, MessagesOfAnySizeAreTheirOctetsInAnyPieces) {
  const std::string large = "Subject: large\r\n\r\n" + std::string(600 * 1024, 'x');
  const std::string small = "Subject: small\r\n\r\n";
  const std::string command = "a APPEND INBOX " + literal(small) + " " + literal(large) + " " +
                              literal(small + "2") + " " + literal(large + "y") + "\r\n";
  std::string heard;
  for (std::size_t at = 0; at < command.size(); at += 77'777) {
    heard += say(std::string_view(command).substr(at, 77'777));
  }
  EXPECT_TRUE(heard.starts_with("a OK [APPENDUID ")) << heard;
  EXPECT_EQ(octets_of(1), small);
  EXPECT_EQ(octets_of(2), large);
  EXPECT_EQ(octets_of(3), small + "2");
  EXPECT_EQ(octets_of(4), large + "y");
  EXPECT_EQ(status().highest_modseq, mail::ModSeq(2)) << "one commit";
}

TEST_F(AppendTest, PartsOfAnySizeAreCatenated) {
  const std::string large(600 * 1024, 'x');
  EXPECT_TRUE(say("a APPEND INBOX CATENATE (TEXT " + literal(large) + " TEXT " + literal("y") +
                  " TEXT " + literal("") + ")\r\n")
                  .starts_with("a OK"));
  EXPECT_TRUE(say("b APPEND INBOX CATENATE (URL /INBOX/;UID=1 TEXT " + literal("z") +
                  " URL /INBOX/;UID=1/;PARTIAL=614400)\r\n")
                  .starts_with("b OK"));
  EXPECT_EQ(octets_of(2), large + "yzy");
}

// What is delivered stays as it came; BINARY alone may send it so.
TEST_F(AppendTest, WhatIsStoredWithNulsIsSentWithout) {
  using namespace std::string_literals;
  server_.deliver(server_.mailbox("alice"), "Subject: a\0b\r\n\r\nx\0y\r\n"s);
  server_.deliver(server_.mailbox("alice"), "\r\n" + std::string(100'000, '\0'));
  (void)say("a SELECT INBOX\r\n");
  const std::string heard =
      say("b FETCH 1 (RFC822 BODY.PEEK[TEXT]<1.2> BODY.PEEK[HEADER.FIELDS (Subject)] "
          "BINARY.PEEK[1])\r\n");
  EXPECT_TRUE(
      heard.contains("RFC822 {21}\r\nSubject: a\x80"
                     "b\r\n\r\nx\x80y\r\n BODY"))
      << heard;
  EXPECT_TRUE(heard.contains("<1> {2}\r\n\x80y BODY")) << heard;
  EXPECT_TRUE(
      heard.contains("{16}\r\nSubject: a\x80"
                     "b\r\n\r\n BINARY"))
      << heard;
  EXPECT_TRUE(heard.contains("BINARY[1] ~{5}\r\nx\0y\r\n"s)) << heard;
  EXPECT_TRUE(say("c FETCH 2 BODY.PEEK[TEXT]\r\n").contains(std::string(100'000, '\x80') + ")"));
}

// Octets of a command that failed are in no later message.
TEST_F(AppendTest, WhatWasRefusedIsForgotten) {
  EXPECT_TRUE(
      say("a APPEND INBOX " + literal("left") + " {99999999}\r\n").contains("a NO [TOOBIG]"));
  EXPECT_TRUE(say("b APPEND INBOX " + literal("behind") + " x\r\n").contains("b BAD"));
  EXPECT_TRUE(say("c APPEND INBOX " + literal("own") + "\r\n").contains("c OK"));
  EXPECT_EQ(octets_of(1), "own");
  EXPECT_EQ(status().messages, 1u);
}

// Small messages wait in memory for the commit, larger ones do not.
TEST_F(AppendTest, SmallMessagesAreHeldUpToALimit) {
  const auto append = [&](std::size_t octets) {
    std::string command = "a APPEND INBOX";
    for (int i = 0; i < 64; ++i) command += " " + literal(std::string(octets, 'x'));
    return say(command + "\r\n");
  };
  EXPECT_TRUE(append(IncomingMessages::kPiece).contains("a NO [LIMIT]"));
  EXPECT_EQ(status().messages, 0u);
  EXPECT_TRUE(append(IncomingMessages::kPiece + 1).contains("a OK"));
  EXPECT_EQ(status().messages, 64u);
}

TEST_F(AppendTest, UidValidityOfAUrlIsChecked) {
  ASSERT_TRUE(say("a APPEND INBOX " + literal("one") + "\r\n").contains("a OK"));
  const auto url = [](std::uint32_t uid_validity) {
    return "/INBOX;UIDVALIDITY=" + std::to_string(uid_validity) + "/;UID=1";
  };
  const std::uint32_t uid_validity = status().uid_validity.value;
  EXPECT_TRUE(say("b APPEND INBOX CATENATE (URL " + url(uid_validity) + ")\r\n").contains("b OK"));
  const std::string other = url(uid_validity + 1);
  EXPECT_TRUE(say("c APPEND INBOX CATENATE (URL " + other + ")\r\n")
                  .starts_with("c NO [BADURL " + other + "]"));
}

TEST_F(AppendTest, ReplaceIsOneCommit) {
  ASSERT_TRUE(say("a APPEND INBOX " + literal("one") + "\r\n").contains("a OK"));
  const mail::ModSeq before = status().highest_modseq;
  ASSERT_TRUE(say("b SELECT INBOX\r\n").contains("b OK"));
  EXPECT_TRUE(
      say("c REPLACE 1 INBOX " + literal("two") + "\r\n").ends_with("c OK REPLACE completed\r\n"));
  EXPECT_EQ(status().highest_modseq, before.next());
  EXPECT_EQ(status().messages, 1u);
  EXPECT_EQ(octets_of(2), "two");
}

// Something happens when a message is about to be appended.
class MeanwhileStore final : public store::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  Result<store::Committed> commit(const store::Batch& batch) override {
    if (meanwhile && !batch.messages.empty()) std::exchange(meanwhile, nullptr)();
    return ForwardingStore::commit(batch);
  }
  std::function<void()> meanwhile;
};

// INBOX has one message and is selected.
class MeanwhileTest : public AppendTest {
 protected:
  MeanwhileTest() {
    server_.deliver(server_.mailbox("alice"));
    net::Loop& loop = server_.next_loop();
    connection_ =
        &server_.attach(loop, std::make_unique<Conversation>(meanwhile_server_, loop), {});
    (void)say("l LOGIN alice secret\r\n");
    EXPECT_TRUE(say("s SELECT INBOX\r\n").contains("s OK"));
  }
  ~MeanwhileTest() override {
    connection_->lose();
    server_.settle();
  }

  MeanwhileStore store_{*server_.store};
  Server meanwhile_server_{.store = store_,
                           .hub = server_.hub,
                           .workers = server_.workers,
                           .login_workers = server_.workers,
                           .clock = server_.clock,
                           .authenticator = server_.authenticator,
                           .limits = server_.limits,
                           .tls = nullptr,
                           .options = {},
                           .metrics = ImapMetrics(server_.registry)};
};

TEST_F(MeanwhileTest, TheReplacementOfWhatIsGoneIsTakenBack) {
  for (const std::string command : {"REPLACE 1 Sent ", "UID REPLACE 2 Sent "}) {
    store_.meanwhile = [&] {
      const mail::MailboxId inbox = server_.mailbox("alice");
      EXPECT_TRUE(server_.store->commit(
          {.mailbox = inbox, .expunge = mail::UidSet(mail::UidRange{mail::Uid(1), mail::Uid(2)})}));
    };
    const std::string heard = say("a " + command + literal("new") + "\r\n");
    EXPECT_TRUE(
        heard.contains(command.starts_with("UID") ? "a NO [NONEXISTENT]" : "a NO [EXPUNGEISSUED]"))
        << heard;
    EXPECT_FALSE(heard.contains("APPENDUID"));
    EXPECT_EQ(status("Sent").messages, 0u);
    server_.deliver(server_.mailbox("alice"));
    (void)say("n NOOP\r\n");
  }
}

TEST_F(MeanwhileTest, TheTargetOfAReplacementIsDeleted) {
  store_.meanwhile = [&] {
    EXPECT_TRUE(server_.store->delete_mailbox(server_.store->find_account("alice")->id, "Sent"));
  };
  const std::string heard = say("a REPLACE 1 Sent " + literal("new") + "\r\n");
  EXPECT_TRUE(heard.starts_with("a NO [TRYCREATE]")) << heard;
  EXPECT_EQ(status().messages, 1u);
}

class SmallAppendTest : public AppendTest {
 protected:
  SmallAppendTest() : AppendTest({.append_limit = 10, .account_size = 25}) {}
};

TEST_F(SmallAppendTest, ACatenatedMessageIsTooBigAsAWhole) {
  const std::string ten(10, 'x');
  EXPECT_TRUE(say("a APPEND INBOX CATENATE (TEXT " + literal(ten) + ")\r\n").contains("a OK"));
  EXPECT_TRUE(
      say("b APPEND INBOX CATENATE (TEXT " + literal(ten) + " TEXT " + literal("y") + ")\r\n")
          .starts_with("b NO [TOOBIG]"));
  EXPECT_TRUE(say("c APPEND INBOX CATENATE (URL /INBOX/;UID=1 URL /INBOX/;UID=1)\r\n")
                  .starts_with("c NO [TOOBIG]"));
  EXPECT_EQ(status().messages, 1u);
}

TEST_F(SmallAppendTest, AllMessagesNeedRoom) {
  const std::string nine(9, 'x');
  EXPECT_TRUE(
      say("a APPEND INBOX " + literal(nine) + " " + literal(nine) + " " + literal(nine) + "\r\n")
          .starts_with("a NO [OVERQUOTA]"));
  EXPECT_EQ(status().messages, 0u);
  EXPECT_TRUE(
      say("b APPEND INBOX " + literal(nine) + " " + literal(nine) + "\r\n").contains("b OK"));
}

// So the last URL is not looked at.
TEST_F(SmallAppendTest, PartsNeedRoomBeforeTheyAreCopied) {
  ASSERT_TRUE(say("a APPEND INBOX " + literal(std::string(10, 'x')) + "\r\n").contains("a OK"));
  EXPECT_TRUE(say("b APPEND INBOX CATENATE (URL /INBOX/;UID=1) CATENATE (URL /INBOX/;UID=1) "
                  "CATENATE (URL /nobody/;UID=1)\r\n")
                  .starts_with("b NO [OVERQUOTA]"));
  EXPECT_EQ(status().messages, 1u);
}

TEST_F(SmallAppendTest, ReplaceNeedsRoomForTheDifference) {
  const std::string ten(10, 'x');
  ASSERT_TRUE(say("a APPEND INBOX " + literal(ten) + " " + literal(ten) + "\r\n").contains("a OK"));
  ASSERT_TRUE(say("b SELECT INBOX\r\n").contains("b OK"));
  EXPECT_TRUE(say("c REPLACE 1 INBOX " + literal(ten) + "\r\n").contains("c OK"));
  EXPECT_TRUE(say("d REPLACE 1 Sent " + literal("five5") + "\r\n").contains("d OK"));
  EXPECT_TRUE(say("e APPEND INBOX " + literal(ten) + "\r\n").contains("e OK"));
  EXPECT_TRUE(say("f APPEND INBOX " + literal("x") + "\r\n").contains("f NO [OVERQUOTA]"));
}

// A literal8 is encoded, and grows, once it is whole.
TEST(EncodedAppend, IsWithinTheLimitAndTheRoom) {
  const auto answer = [](ServerOptions options) {
    InProcessServer server(options);
    server.add_account("alice");
    FakeConnection& connection = server.connect();
    connection.feed("l LOGIN alice secret\r\n");
    server.settle();
    (void)connection.take_output();
    connection.feed("a APPEND INBOX ~{12+}\r\n\r\n" + std::string(10, '\0') + "\r\n");
    server.settle();
    return connection.take_output();
  };
  EXPECT_TRUE(answer({}).contains("a OK"));
  EXPECT_TRUE(answer({.append_limit = 50}).contains("a NO [TOOBIG]"));
  EXPECT_TRUE(answer({.account_size = 50}).contains("a NO [OVERQUOTA]"));
}

}  // namespace
}  // namespace roost::imap
