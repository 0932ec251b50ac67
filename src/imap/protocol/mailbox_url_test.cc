#include "imap/protocol/mailbox_url.h"

#include <gtest/gtest.h>

namespace roost::imap {
namespace {

TEST(MailboxUrl, Whole) {
  EXPECT_EQ(mailbox_url("imaps://wren@mail.example:1993/Lists/a%20b"),
            (MailboxUrl{true, "wren", "", "mail.example", 1993, "Lists/a b"}));
  EXPECT_EQ(mailbox_url("IMAP://wren@[::1]:1143/inbox"),
            (MailboxUrl{false, "wren", "", "::1", 1143, "INBOX"}));
}

TEST(MailboxUrl, WhatIsLeftOut) {
  for (const char* url : {"imaps://wren@h", "imaps://wren@h/"}) {
    EXPECT_EQ(mailbox_url(url), (MailboxUrl{true, "wren", "", "h", 993, "INBOX"})) << url;
  }
  EXPECT_EQ(mailbox_url("imap://wren@h")->port, 143);
}

TEST(MailboxUrl, Users) {
  EXPECT_EQ(mailbox_url("imap://wren@example.org@h")->user, "wren@example.org");
  EXPECT_EQ(mailbox_url("imap://wren%40example.org@h")->user, "wren@example.org");
  EXPECT_EQ(mailbox_url("imap://wren;AUTH=*@h")->mechanism, "");
  EXPECT_EQ(mailbox_url("imap://wren;auth=oauthbearer@h")->mechanism, "OAUTHBEARER");
}

TEST(MailboxUrl, Patterns) {
  EXPECT_EQ(mailbox_url("imap://wren@h/*")->mailbox, "*");
  EXPECT_EQ(mailbox_url("imap://wren@h/Lists/%25")->mailbox, "Lists/%");
}

TEST(MailboxUrl, NoPasswords) {
  const auto refused = mailbox_url("imap://wren:secret@h/x");
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().detail.contains("secret"));
}

TEST(MailboxUrl, OthersAreNone) {
  for (const char* url : {"",
                          "INBOX",
                          "http://wren@h/x",
                          "imap://h/x",
                          "imap://@h/x",
                          "imap://wren@/x",
                          "imap://wren@h:0/x",
                          "imap://wren@h:70000/x",
                          "imap://wren@h:/x",
                          "imap://wren@[::1/x",
                          "imap://wren@[::1]1/x",
                          "imap://wren;X=1@h/x",
                          "imap://wren@h/Lists/%",
                          "imap://wren@h/a b",
                          "imap://wren@h/%ff",
                          "imap://wren@h/x/;UID=1",
                          "imap://wren@h/x;UIDVALIDITY=1",
                          "imap://wren@h/x?text",
                          "imap://w%ff@h/x",
                          "imap://w ren@h"}) {
    EXPECT_FALSE(mailbox_url(url)) << url;
  }
}

}  // namespace
}  // namespace roost::imap
