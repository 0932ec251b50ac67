// The session as a relay sees it: octets in, replies out, messages in the store.
#include "lmtp/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lmtp/lmtp_server_for_test.h"

namespace roost::lmtp {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::string_view kMessage = "Subject: hello\r\n\r\nHello.\r\n";
constexpr std::string_view kMessageText = "Subject: hello\r\n\r\nHello.\r\n.\r\n";

TEST(Session, GreetsAndListsItsExtensions) {
  LmtpServerForTest server;
  Conversation client(server);
  EXPECT_EQ(client.session().greeting(), "220 roost.example.org LMTP Roost ready\r\n");
  EXPECT_EQ(client.send("LHLO mx.example.org\r\n"),
            "250-roost.example.org\r\n"
            "250-PIPELINING\r\n"
            "250-SIZE 1000000\r\n"
            "250-8BITMIME\r\n"
            "250-SMTPUTF8\r\n"
            "250-ENHANCEDSTATUSCODES\r\n"
            "250 CHUNKING\r\n");
}

TEST(Session, StoresWithTraceFields) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@example.org"});
  EXPECT_EQ(client.codes("DATA\r\n"), "354");
  EXPECT_EQ(client.send(kMessageText), "250 2.0.0 <alice@example.org> Saved 6553f100-1\r\n");
  EXPECT_THAT(server.messages("alice"),
              testing::ElementsAre("Return-Path: <sender@example.com>\r\n"
                                   "Delivered-To: alice@example.org\r\n"
                                   "Received: from mx.example.org ([192.0.2.1])\r\n"
                                   "\tby roost.example.org with LMTP id 6553f100-1\r\n"
                                   "\tfor <alice@example.org>;\r\n"
                                   "\tTue, 14 Nov 2023 22:13:20 +0000\r\n" +
                                   std::string(kMessage)));
  const mail::Digest digest = server.digests(server.mailbox("alice")).front();
  EXPECT_EQ(digest.internal_date.unix_seconds, 1'700'000'000);
  EXPECT_EQ(digest.sent_date, 1'700'000'000);  // the message has no Date
}

TEST(Session, EverySplitOfAPipelineIsTheSame) {
  const std::string input =
      "LHLO mx\r\nMAIL FROM:<a@b> BODY=8BITMIME SIZE=50\r\nRCPT TO:<alice@x>\r\n"
      "RCPT TO:<nobody@x>\r\nDATA\r\n..\r\nx\n.\ny\r\n.\r\n"
      "MAIL FROM:<>\r\nRCPT TO:<bob@x>\r\nBDAT 5\r\n.\r\n.\rBDAT 3 LAST\r\n\r\n.QUIT\r\n";
  std::string replies;
  std::vector<std::string> alices, bobs;
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    LmtpServerForTest server;
    Conversation client(server);
    std::string all = client.send(input.substr(0, cut));
    all += client.send(input.substr(cut));
    if (cut == 0) {
      replies = all;
      alices = server.messages("alice");
      bobs = server.messages("bob");
      ASSERT_THAT(alices, testing::ElementsAre(EndsWith("+0000\r\n.\r\nx\n.\ny\r\n")));
      ASSERT_THAT(bobs, testing::ElementsAre(EndsWith("+0000\r\n.\r\n.\r\r\n.")));
    }
    EXPECT_EQ(all, replies) << "cut at " << cut;
    EXPECT_EQ(server.messages("alice"), alices) << "cut at " << cut;
    EXPECT_EQ(server.messages("bob"), bobs) << "cut at " << cut;
    EXPECT_TRUE(client.session().ended());
  }
}

TEST(Session, OctetByOctetIsTheSame) {
  LmtpServerForTest server;
  Conversation client(server);
  std::string replies;
  const std::string input = "LHLO mx\r\nMAIL FROM:<a@b>\r\nRCPT TO:<alice@x>\r\nDATA\r\n" +
                            std::string(kMessageText) + "QUIT\r\n";
  for (char c : input) replies += client.send({&c, 1});
  EXPECT_THAT(replies, EndsWith("Saved 6553f100-1\r\n"
                                "221 2.0.0 roost.example.org closing connection\r\n"));
  EXPECT_THAT(server.messages("alice"), testing::ElementsAre(EndsWith(kMessage)));
}

// --- one body for all ---

TEST(Session, SharesOneBlobAndNamesNobodyForSeveralRecipients) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@example.org", "bob@example.org"});
  client.send("DATA\r\n");
  EXPECT_EQ(client.codes(kMessageText), "250 2.0.0|250 2.0.0");
  const auto alices = server.digests(server.mailbox("alice"));
  const auto bobs = server.digests(server.mailbox("bob"));
  ASSERT_THAT(alices, SizeIs(1));
  ASSERT_THAT(bobs, SizeIs(1));
  EXPECT_EQ(alices[0].blob, bobs[0].blob);
  const std::string message = server.messages("alice").front();
  EXPECT_THAT(message, Not(HasSubstr("alice")));
  EXPECT_THAT(message, Not(HasSubstr("bob")));
}

TEST(Session, DeliversOnceToAMailboxNamedTwice) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@example.org", "ALICE@example.net", "bob@example.org"});
  client.send("DATA\r\n");
  EXPECT_EQ(client.codes(kMessageText), "250 2.0.0|250 2.0.0|250 2.0.0");
  EXPECT_THAT(server.messages("alice"), SizeIs(1));
  EXPECT_THAT(server.messages("bob"), SizeIs(1));
  EXPECT_EQ(server.store.commits, 2);
}

TEST(Session, AnswersForEachRecipientByItself) {
  LmtpServerForTest server;
  server.store.fails = server.mailbox("bob");
  server.store.commit_error = Error{ErrorCode::kOverQuota, ""};
  Conversation client(server);
  client.begin({"alice@x", "bob@x", "carol@example.org"});
  client.send("DATA\r\n");
  EXPECT_EQ(client.codes(kMessageText), "250 2.0.0|552 5.2.2|250 2.0.0");
  EXPECT_THAT(server.messages("bob"), IsEmpty());
  EXPECT_THAT(server.messages("carol@example.org"), SizeIs(1));
}

TEST(Session, NobodyIsUnknownWhenTheDiskHasFailed) {
  LmtpServerForTest server;
  server.store.state = fail(ErrorCode::kUnavailable, "broken");
  Conversation client(server);
  client.send("LHLO mx\r\nMAIL FROM:<x@y>\r\n");
  EXPECT_EQ(client.codes("RCPT TO:<nobody@x>\r\n"), "451 4.3.0");
  EXPECT_EQ(client.codes("RCPT TO:<alice@x>\r\n"), "250 2.1.5");
}

TEST(Session, AnAccountHoldsNoMoreThanItMay) {
  LmtpServerForTest server;
  server.context.account_size = 2000;
  Conversation client(server);
  client.send("LHLO mx\r\n");
  const auto deliver = [&](std::size_t octets) {
    client.send("MAIL FROM:<x@y>\r\nRCPT TO:<alice@x>\r\nRCPT TO:<bob@x>\r\nDATA\r\n");
    return client.codes("\r\n" + std::string(octets, 'a') + "\r\n.\r\n");
  };
  EXPECT_EQ(deliver(1000), "250 2.0.0|250 2.0.0");
  server.add_mailbox("alice", "other");
  EXPECT_EQ(deliver(1000), "552 5.2.2|552 5.2.2");
  EXPECT_THAT(server.messages("alice"), SizeIs(1));
  EXPECT_EQ(deliver(100), "250 2.0.0|250 2.0.0");
  EXPECT_THAT(server.messages("alice"), SizeIs(2));
}

TEST(Session, DeliversToManyMailboxes) {
  LmtpServerForTest server;
  Conversation client(server);
  std::vector<std::string> names;
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    names.push_back("user" + std::to_string(i));
    server.add_account(names.back());
    expected += i == 0 ? "250 2.0.0" : "|250 2.0.0";
  }
  client.begin(names);
  client.send("DATA\r\n");
  EXPECT_EQ(client.codes(kMessageText), expected);
  for (const std::string& name : names) EXPECT_THAT(server.messages(name), SizeIs(1));
}

// --- nothing half ---

TEST(Session, StoresNothingOfAMessageThatStops) {
  LmtpServerForTest server;
  {
    Conversation client(server);
    client.begin({"alice@x"});
    client.send("DATA\r\nSubject: half\r\n\r\nHal");
    EXPECT_TRUE(client.session().message_open());
  }
  {
    Conversation client(server);
    client.begin({"alice@x"});
    client.send("BDAT 100\r\nSubject: half");
  }
  EXPECT_THAT(server.messages("alice"), IsEmpty());
  EXPECT_EQ(server.store.commits, 0);
  ASSERT_TRUE(server.memory->sweep());
  EXPECT_EQ(server.memory->check()->blobs, 0u);
}

TEST(Session, RsetBetweenChunksDropsThem) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@x"});
  EXPECT_EQ(client.codes("BDAT 3\r\nabcRSET\r\nMAIL FROM:<a@b>\r\n"),
            "250 2.0.0|250 2.0.0|250 2.1.0");
  EXPECT_FALSE(client.session().message_open());
  EXPECT_THAT(server.messages("alice"), IsEmpty());
}

TEST(Session, LhloClearsTheTransaction) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@x"});
  client.send("LHLO again\r\n");
  EXPECT_EQ(client.codes("DATA\r\n"), "503 5.5.1");
}

// --- sizes ---

TEST(Session, RefusesADeclaredSizeOverTheLimit) {
  LmtpServerForTest server;
  Conversation client(server);
  client.send("LHLO mx\r\n");
  EXPECT_EQ(client.codes("MAIL FROM:<a@b> SIZE=1000001\r\n"), "552 5.3.4");
  EXPECT_EQ(client.codes("MAIL FROM:<a@b> SIZE=1000000\r\n"), "250 2.1.0");
}

TEST(Session, TakesAMessageOfTheLimitAndNoBigger) {
  LmtpServerForTest server;
  server.context.append_size = 10;
  Conversation client(server);
  client.begin({"alice@x", "bob@x"});
  EXPECT_EQ(client.codes("DATA\r\n..234567\r\n.\r\n"), "354|250 2.0.0|250 2.0.0");
  client.begin({"alice@x", "bob@x"});
  EXPECT_EQ(client.codes("DATA\r\n123456789\r\nmore\r\n.\r\n"), "354|552 5.3.4|552 5.3.4");
  client.begin({"alice@x"});
  EXPECT_EQ(client.codes("BDAT 6\r\n123456BDAT 6\r\n123456BDAT 1 LAST\r\n1NOOP\r\n"),
            "250 2.0.0|552 5.3.4|552 5.3.4|250 2.0.0");
  EXPECT_THAT(server.messages("alice"), testing::ElementsAre(EndsWith("\r\n.234567\r\n")));
}

TEST(Session, HasNoLimitWhereNoneIsSet) {
  LmtpServerForTest server;
  server.context.append_size = 0;
  Conversation client(server);
  EXPECT_THAT(client.send("LHLO mx\r\n"), HasSubstr("250-SIZE 0\r\n"));
  EXPECT_EQ(client.codes("MAIL FROM:<a@b> SIZE=18446744073709551615\r\n"), "250 2.1.0");
}

TEST(Session, KeepsMailInTheQueueWhenTheDiskIsFull) {
  LmtpServerForTest server;
  server.store.append_error = Error{ErrorCode::kUnavailable, "no space left"};
  Conversation client(server);
  client.begin({"alice@x", "bob@x"});
  client.send("DATA\r\n");
  EXPECT_EQ(client.codes(kMessageText), "451 4.3.0|451 4.3.0");
  EXPECT_EQ(client.codes("NOOP\r\n"), "250 2.0.0");
}

TEST(Session, TakesTheThousandthRecipientAndNoMore) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({});
  std::string pipeline;
  for (std::size_t i = 0; i < Session::kMaxRecipients; ++i) pipeline += "RCPT TO:<alice@x>\r\n";
  EXPECT_THAT(client.codes(pipeline), Not(HasSubstr("4")));
  EXPECT_EQ(client.codes("RCPT TO:<bob@x>\r\n"), "452 4.5.3");
}

// --- whose mailbox ---

TEST(Session, FindsTheAccountByAddressThenByLocalPart) {
  LmtpServerForTest server;
  server.add_account("alice@example.net");
  Conversation client(server);
  client.begin({});
  EXPECT_EQ(client.codes("RCPT TO:<alice@example.net>\r\nDATA\r\nx\r\n.\r\n"),
            "250 2.1.5|354|250 2.0.0");
  EXPECT_THAT(server.messages("alice@example.net"), SizeIs(1));
  EXPECT_THAT(server.messages("alice"), IsEmpty());
  client.begin({"carol@example.org", "\"bob\"@example.org"});
  EXPECT_EQ(client.codes("RCPT TO:<carol@example.net>\r\n"), "550 5.1.1");
  EXPECT_EQ(client.codes("RCPT TO:<dave@example.org>\r\n"), "550 5.1.1");
}

TEST(Session, DeliversADetailToItsMailboxWhereThereIsOne) {
  LmtpServerForTest server;
  server.add_mailbox("alice", "lists/roost");
  Conversation client(server);
  client.begin({"alice+lists/roost@x"});
  client.send("DATA\r\n1\r\n.\r\n");
  EXPECT_THAT(server.messages("alice", "lists/roost"), SizeIs(1));
  for (const char* detail : {"+none", "+", "+a//b", "+INBOX", "+inbox", "+..", "+a+b"}) {
    client.begin({"alice" + std::string(detail) + "@x"});
    client.send("DATA\r\n2\r\n.\r\n");
  }
  EXPECT_THAT(server.messages("alice"), SizeIs(7));
}

TEST(Session, PrefersAnAccountWithAPlusInItsName) {
  LmtpServerForTest server;
  server.add_account("alice+lists");
  Conversation client(server);
  client.begin({"alice+lists@x"});
  client.send("DATA\r\nx\r\n.\r\n");
  EXPECT_THAT(server.messages("alice+lists"), SizeIs(1));
}

TEST(Session, DeliversToInboxWhenTheDetailsMailboxWentMeanwhile) {
  LmtpServerForTest server;
  server.add_mailbox("alice", "lists");
  Conversation client(server);
  client.begin({"alice+lists@x"});
  ASSERT_TRUE(server.memory->delete_mailbox(server.memory->find_account("alice")->id, "lists"));
  client.send("DATA\r\n");
  EXPECT_EQ(client.codes(kMessageText), "250 2.0.0");
  EXPECT_THAT(server.messages("alice"), SizeIs(1));
}

TEST(Session, ReturnsMailWhenTheAccountWentMeanwhile) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@x"});
  ASSERT_TRUE(server.memory->remove_account(server.memory->find_account("alice")->id));
  client.send("DATA\r\n");
  EXPECT_EQ(client.codes(kMessageText), "550 5.1.1");
}

TEST(Session, TakesUtf8AddressesWithSmtputf8) {
  LmtpServerForTest server;
  server.add_account("j\u00fcrgen");
  Conversation client(server);
  client.begin({"j\u00fcrgen@x"}, " SMTPUTF8");
  client.send("DATA\r\n");
  EXPECT_EQ(client.send(kMessageText), "250 2.0.0 Saved 6553f100-1\r\n");
  EXPECT_THAT(server.messages("j\u00fcrgen"),
              testing::ElementsAre(HasSubstr(" with UTF8LMTP id ")));
  client.begin({});
  EXPECT_EQ(client.codes("RCPT TO:<j\u00fcrgen@x>\r\n"), "553 5.6.7");
}

// --- wrong commands ---

TEST(Session, RefusesCommandsOutOfSequence) {
  LmtpServerForTest server;
  Conversation client(server);
  EXPECT_EQ(client.codes("MAIL FROM:<a@b>\r\nRCPT TO:<alice@x>\r\nDATA\r\nBDAT 0 LAST\r\n"),
            "503 5.5.1|503 5.5.1|503 5.5.1|503 5.5.1");
  client.send("LHLO mx\r\n");
  EXPECT_EQ(client.codes("RCPT TO:<alice@x>\r\nDATA\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<c@d>\r\n"),
            "503 5.5.1|503 5.5.1|250 2.1.0|503 5.5.1");
}

TEST(Session, RefusesWhatMayNotFollowAChunk) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@x"});
  EXPECT_EQ(client.codes("BDAT 1\r\nxDATA\r\nRCPT TO:<bob@x>\r\nMAIL FROM:<a@b>\r\n"),
            "250 2.0.0|503 5.5.1|503 5.5.1|503 5.5.1");
  EXPECT_EQ(client.codes("BDAT 0 LAST\r\nBDAT 1 LAST\r\nx"), "250 2.0.0|503 5.5.1");
}

TEST(Session, ThrowsAwayTheOctetsOfARefusedChunk) {
  LmtpServerForTest server;
  Conversation client(server);
  EXPECT_EQ(client.codes("BDAT 6\r\nQUIT\r\nNOOP\r\n"), "503 5.5.1|250 2.0.0");
  client.begin({});
  EXPECT_EQ(client.codes("BDAT 6\r\nQUIT\r\nNOOP\r\n"), "503 5.5.1|250 2.0.0");
  // The message has begun without recipients: none can be added to its rest.
  EXPECT_EQ(client.codes("RCPT TO:<alice@x>\r\n"), "503 5.5.1");
}

TEST(Session, EndsWhenItCannotTellWhereAChunkEnds) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@x"});
  EXPECT_EQ(client.codes("BDAT many\r\nMAIL FROM:<a@b>\r\n"), "501 5.5.4");
  EXPECT_TRUE(client.session().ended());
}

TEST(Session, RefusesHeloEhloAndArgumentsWhereNoneBelong) {
  LmtpServerForTest server;
  Conversation client(server);
  EXPECT_EQ(client.codes("HELO mx\r\nEHLO mx\r\nLHLO\r\nDATA now\r\nRSET x\r\n"),
            "500 5.5.1|500 5.5.1|501 5.5.4|501 5.5.4|501 5.5.4");
  EXPECT_FALSE(client.session().ended());
}

TEST(Session, AnswersTheSmallCommands) {
  LmtpServerForTest server;
  Conversation client(server);
  EXPECT_EQ(client.codes("noop x\r\nVRFY alice\r\nEXPN list\r\nHELP\r\nRset\r\n quit \r\n"),
            "250 2.0.0|252 2.5.0|502 5.5.1|214 2.0.0|250 2.0.0|221 2.0.0");
  EXPECT_TRUE(client.session().ended());
  EXPECT_EQ(client.send("NOOP\r\n"), "");
}

TEST(Session, HangsUpOnOtherProtocols) {
  for (const char* line : {"POST / HTTP/1.1\r\n", "a1 LOGIN alice secret\r\n", "\r\n"}) {
    LmtpServerForTest server;
    Conversation client(server);
    EXPECT_EQ(client.codes(std::string(line) + "NOOP\r\n"), "500 5.5.2");
    EXPECT_TRUE(client.session().ended());
  }
}

TEST(Session, HangsUpAfterTooManyErrors) {
  LmtpServerForTest server;
  Conversation client(server);
  client.send("LHLO mx\r\n");
  for (int i = 1; i < Session::kMaxErrors; ++i) EXPECT_EQ(client.codes("X\r\n"), "500 5.5.2");
  EXPECT_EQ(client.codes("X\r\nNOOP\r\n"), "500 5.5.2|421 4.7.0");
  EXPECT_TRUE(client.session().ended());
}

TEST(Session, ForgetsErrorsOnceAMessageIsIn) {
  LmtpServerForTest server;
  Conversation client(server);
  for (int round = 0; round < 3; ++round) {
    client.begin({"alice@x"});
    for (int i = 0; i < Session::kMaxErrors / 2; ++i) client.send("X\r\n");
    client.send("DATA\r\n");
    EXPECT_EQ(client.codes(kMessageText), "250 2.0.0");
  }
}

TEST(Session, RefusesLinesThatAreTooLongOrNotClean) {
  LmtpServerForTest server;
  Conversation client(server);
  client.send("LHLO mx\r\n");
  EXPECT_EQ(client.codes("NOOP " + std::string(100'000, 'x') + "\r\nNOOP\r\n"),
            "500 5.5.2|250 2.0.0");
  // One line with a lone LF is one refused line, never two commands.
  EXPECT_EQ(client.codes("MAIL FROM:<a@b>\nRCPT TO:<alice@x>\r\nNOOP\r\n"), "500 5.5.2|250 2.0.0");
}

TEST(Session, KeepsReplyLinesShort) {
  LmtpServerForTest server;
  const std::string local(200, 'x');
  server.add_account(local);
  Conversation client(server);
  client.begin({local + "@" + std::string(kMaxPath - 201, 'y')});
  client.send("DATA\r\n");
  const std::string reply = client.send(kMessageText);
  EXPECT_THAT(reply, StartsWith("250 2.0.0 <xxx"));
  EXPECT_LE(reply.size(), kMaxReplyLine);
}

}  // namespace
}  // namespace roost::lmtp
