// The example exchanges of the RFCs that the session implements, named by section. Names and texts
// are ours; codes, order and number of the replies are theirs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lmtp/lmtp_server_for_test.h"

namespace roost::lmtp {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Rfc2033, Section4_1_HeloAndEhloAreNotPresent) {
  LmtpServerForTest server;
  Conversation client(server);
  EXPECT_EQ(client.codes("HELO foo.edu\r\n"), "500 5.5.1");
  EXPECT_EQ(client.codes("EHLO foo.edu\r\n"), "500 5.5.1");
}

TEST(Rfc2033, Section4_2_OneReplyForEachAcceptedRecipient) {
  LmtpServerForTest server;
  server.add_account("pat");
  server.add_account("green");
  server.store.fails = server.mailbox("green");
  server.store.commit_error = Error{ErrorCode::kLimit, ""};
  Conversation client(server);
  client.send("LHLO foo.edu\r\n");
  EXPECT_EQ(client.codes("MAIL FROM:<chris@bar.com>\r\n"), "250 2.1.0");
  EXPECT_EQ(client.codes("RCPT TO:<pat@foo.edu>\r\n"), "250 2.1.5");
  EXPECT_EQ(client.codes("RCPT TO:<jones@foo.edu>\r\n"), "550 5.1.1");
  EXPECT_EQ(client.codes("RCPT TO:<green@foo.edu>\r\n"), "250 2.1.5");
  EXPECT_EQ(client.codes("DATA\r\n"), "354");
  EXPECT_EQ(client.codes("Blah blah blah...\r\n...etc. etc. etc.\r\n.\r\n"), "250 2.0.0|452 4.3.1");
  EXPECT_EQ(client.codes("QUIT\r\n"), "221 2.0.0");
  EXPECT_THAT(server.messages("pat"),
              ElementsAre(EndsWith("\r\nBlah blah blah...\r\n..etc. etc. etc.\r\n")));
  EXPECT_THAT(server.messages("green"), IsEmpty());
}

TEST(Rfc2033, Section4_2_DataFailsWithoutARecipient) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({});
  EXPECT_EQ(client.codes("RCPT TO:<jones@foo.edu>\r\nDATA\r\n"), "550 5.1.1|503 5.5.1");
  // The transaction stands.
  EXPECT_EQ(client.codes("RCPT TO:<alice@foo.edu>\r\nDATA\r\n.\r\n"), "250 2.1.5|354|250 2.0.0");
}

TEST(Rfc2033, Section4_2_ReplyForEachOfSeveralEqualForwardPaths) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@foo.edu", "alice@foo.edu"});
  EXPECT_EQ(client.codes("DATA\r\nx\r\n.\r\n"), "354|250 2.0.0|250 2.0.0");
  EXPECT_THAT(server.messages("alice"), SizeIs(1));
}

TEST(Rfc2033, Section4_3_OneReplyForEachRecipientAfterTheLastChunk) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({"alice@foo.edu", "bob@foo.edu"});
  EXPECT_EQ(client.codes("BDAT 3\r\nabcBDAT 3 LAST\r\ndef"), "250 2.0.0|250 2.0.0|250 2.0.0");
}

TEST(Rfc2033, Section4_3_NoReplyToTheLastChunkWithoutARecipient) {
  LmtpServerForTest server;
  Conversation client(server);
  client.begin({});
  EXPECT_EQ(client.codes("RCPT TO:<jones@foo.edu>\r\nBDAT 3 LAST\r\nabcNOOP\r\n"),
            "550 5.1.1|250 2.0.0");
  // The transaction is over.
  EXPECT_EQ(client.codes("MAIL FROM:<a@b>\r\n"), "250 2.1.0");
}

TEST(Rfc3030, Section4_1_SimpleChunking) {
  LmtpServerForTest server;
  server.add_account("Susan");
  Conversation client(server);
  const std::string message =
      "To: Susan@random.com\r\nFrom: Sam@random.com\r\n"
      "Subject: This is a bodyless test message\r\n";
  ASSERT_EQ(message.size(), 86u);
  client.send("LHLO ymir.claremont.edu\r\n");
  EXPECT_EQ(client.codes("MAIL FROM:<Sam@Random.com>\r\n"), "250 2.1.0");
  EXPECT_EQ(client.codes("RCPT TO:<Susan@Random.com>\r\n"), "250 2.1.5");
  EXPECT_EQ(client.codes("BDAT 86 LAST\r\n" + message), "250 2.0.0");
  EXPECT_EQ(client.codes("QUIT\r\n"), "221 2.0.0");
  EXPECT_THAT(server.messages("susan"), ElementsAre(EndsWith("\r\n" + message)));
}

// With BODY=8BITMIME: BINARYMIME is not offered.
TEST(Rfc3030, Section4_2_PipelinedChunks) {
  LmtpServerForTest server;
  Conversation client(server);
  client.send("LHLO ymir.claremont.edu\r\n");
  EXPECT_EQ(client.codes("MAIL FROM:<ned@ymir.claremont.edu> BODY=8BITMIME\r\n"
                         "RCPT TO:<alice@cnri.reston.va.us>\r\n"
                         "RCPT TO:<bob@cnri.reston.va.us>\r\n"),
            "250 2.1.0|250 2.1.5|250 2.1.5");
  const std::string first(100'000, 'x');
  const std::string second(324, 'y');
  EXPECT_EQ(client.codes("BDAT 100000\r\n" + first + "BDAT 324\r\n" + second + "BDAT 0 LAST\r\n"),
            "250 2.0.0|250 2.0.0|250 2.0.0|250 2.0.0");
  EXPECT_EQ(client.codes("QUIT\r\n"), "221 2.0.0");
  EXPECT_THAT(server.messages("alice"), ElementsAre(EndsWith("\r\n" + first + second)));
  EXPECT_THAT(server.messages("bob"), SizeIs(1));
}

TEST(Rfc1870, Section8_SizeDeclaration) {
  LmtpServerForTest server;
  server.add_account("ned");
  Conversation client(server);
  EXPECT_THAT(client.send("LHLO ymir.claremont.edu\r\n"), testing::HasSubstr("SIZE 1000000\r\n"));
  EXPECT_EQ(client.codes("MAIL FROM:<ned@thor.innosoft.com> SIZE=500000\r\n"), "250 2.1.0");
  EXPECT_EQ(client.codes("RCPT TO:<ned@innosoft.com>\r\n"), "250 2.1.5");
  EXPECT_EQ(client.codes("DATA\r\n"), "354");
  EXPECT_EQ(client.codes(".\r\n"), "250 2.0.0");
}

// RFC 2920 section 3.2: replies come in order, and DATA in a pipeline whose recipients all fail is
// refused, so that nothing that follows is taken for a message.
TEST(Rfc2920, Section3_2_Pipelining) {
  LmtpServerForTest server;
  Conversation client(server);
  EXPECT_EQ(client.codes("LHLO dbc.mtview.ca.us\r\nMAIL FROM:<mrose@dbc.mtview.ca.us>\r\n"
                         "RCPT TO:<ned@innosoft.com>\r\nRCPT TO:<dan@innosoft.com>\r\nDATA\r\n"
                         "RSET\r\nMAIL FROM:<mrose@dbc.mtview.ca.us>\r\n"),
            "250|250|250|250|250|250|250|250 2.1.0|550 5.1.1|550 5.1.1|503 5.5.1|250 2.0.0|"
            "250 2.1.0");
}

}  // namespace
}  // namespace roost::lmtp
