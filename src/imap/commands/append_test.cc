// What no script can say of APPEND and REPLACE: UIDVALIDITY, sizes, limits and commits.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "imap/in_process_server.h"

namespace roost::imap {
namespace {

class AppendTest : public testing::Test {
 protected:
  explicit AppendTest(ServerOptions options = {}) : server_(options) {
    server_.add_account("alice");
    connection_ = &server_.connect();
    (void)say("l LOGIN alice secret\r\n");
  }
  std::string say(std::string_view octets) {
    connection_->feed(octets);
    server_.settle();
    return connection_->take_output();
  }
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

  InProcessServer server_;
  FakeConnection* connection_;
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

// Octets of a command that failed are in no later message.
TEST_F(AppendTest, WhatWasRefusedIsForgotten) {
  EXPECT_TRUE(
      say("a APPEND INBOX " + literal("left") + " {99999999}\r\n").contains("a NO [TOOBIG]"));
  EXPECT_TRUE(say("b APPEND INBOX " + literal("behind") + " x\r\n").contains("b BAD"));
  EXPECT_TRUE(say("c APPEND INBOX " + literal("own") + "\r\n").contains("c OK"));
  EXPECT_EQ(octets_of(1), "own");
  EXPECT_EQ(status().messages, 1u);
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

TEST_F(SmallAppendTest, ReplaceNeedsRoomForTheDifference) {
  const std::string ten(10, 'x');
  ASSERT_TRUE(say("a APPEND INBOX " + literal(ten) + " " + literal(ten) + "\r\n").contains("a OK"));
  ASSERT_TRUE(say("b SELECT INBOX\r\n").contains("b OK"));
  EXPECT_TRUE(say("c REPLACE 1 INBOX " + literal(ten) + "\r\n").contains("c OK"));
  EXPECT_TRUE(say("d REPLACE 1 Sent " + literal("five5") + "\r\n").contains("d OK"));
  EXPECT_TRUE(say("e APPEND INBOX " + literal(ten) + "\r\n").contains("e OK"));
  EXPECT_TRUE(say("f APPEND INBOX " + literal("x") + "\r\n").contains("f NO [OVERQUOTA]"));
}

}  // namespace
}  // namespace roost::imap
