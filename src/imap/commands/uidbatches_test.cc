#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "imap/logged_in_test.h"

namespace roost::imap {
namespace {

// RFC 10022 section 3.1. UIDs 1 to 1500, without 101 to 400.
class UidBatchesTest : public LoggedInTest {
 protected:
  UidBatchesTest() {
    const mail::MailboxId inbox = server_.mailbox("alice");
    store::MessageWriter writer(*server_.store);
    EXPECT_TRUE(writer.append("x"));
    const auto received = writer.finish();
    store::Batch batch{.mailbox = inbox};
    for (int i = 0; i < 1'500; ++i)
      batch.messages.push_back({received->blob, received->digest, {}});
    EXPECT_TRUE(server_.store->commit(batch));
    const mail::UidSet gone(mail::UidRange{mail::Uid(101), mail::Uid(400)});
    EXPECT_TRUE(server_.store->commit({.mailbox = inbox, .expunge = gone}));
    (void)say("s SELECT INBOX\r\n");
  }
};

TEST_F(UidBatchesTest, TheLastHasTheRest) {
  EXPECT_EQ(say("a UIDBATCHES 500\r\n"),
            "* UIDBATCHES (TAG \"a\") 1500:1001,1000:501,500:1\r\na OK UIDBATCHES completed\r\n");
  EXPECT_EQ(say("a UIDBATCHES 600\r\n"),
            "* UIDBATCHES (TAG \"a\") 1500:901,900:1\r\na OK UIDBATCHES completed\r\n");
  EXPECT_EQ(say("a UIDBATCHES 1150\r\n"),
            "* UIDBATCHES (TAG \"a\") 1500:51,50:1\r\na OK UIDBATCHES completed\r\n");
}

TEST_F(UidBatchesTest, OneIsEnough) {
  for (const std::string size : {"1200", "1201", "4294967295"}) {
    EXPECT_EQ(say("a UIDBATCHES " + size + "\r\n"),
              "* UIDBATCHES (TAG \"a\") 1500:1\r\na OK UIDBATCHES completed\r\n");
  }
}

TEST_F(UidBatchesTest, ARangeOfBatches) {
  EXPECT_EQ(say("a UIDBATCHES 500 2:2\r\n"),
            "* UIDBATCHES (TAG \"a\") 1000:501\r\na OK UIDBATCHES completed\r\n");
  EXPECT_EQ(say("a UIDBATCHES 500 2:9\r\n"),
            "* UIDBATCHES (TAG \"a\") 1000:501,500:1\r\na OK UIDBATCHES completed\r\n");
  EXPECT_EQ(say("a UIDBATCHES 500 4:9\r\n"),
            "* UIDBATCHES (TAG \"a\")\r\na OK UIDBATCHES completed\r\n");
}

}  // namespace
}  // namespace roost::imap
