#include "imap/protocol/message_url.h"

#include <gtest/gtest.h>

namespace roost::imap {
namespace {

using What = mail::Section::What;

TEST(MessageUrl, WholeMessages) {
  const auto url = message_url("/Drafts;UIDVALIDITY=385759045/;UID=30");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->mailbox, "Drafts");
  EXPECT_EQ(url->uid_validity, mail::UidValidity(385759045));
  EXPECT_EQ(url->uid, mail::Uid(30));
  EXPECT_EQ(url->section, mail::Section());
  EXPECT_FALSE(url->partial);
  EXPECT_EQ(message_url("/Drafts/;uid=30")->uid_validity, std::nullopt);
}

TEST(MessageUrl, Mailboxes) {
  EXPECT_EQ(message_url("/a/b/c/;UID=1")->mailbox, "a/b/c");
  EXPECT_EQ(message_url("/Entw%C3%BCrfe/;UID=1")->mailbox, "Entwürfe");
  EXPECT_EQ(message_url("/100%25%3b/;UID=1")->mailbox, "100%;");
  EXPECT_EQ(message_url("/a/b;uidvalidity=7/;UID=1")->mailbox, "a/b");
}

TEST(MessageUrl, Sections) {
  EXPECT_EQ(message_url("/x/;UID=20/;section=HEADER")->section.what, What::kHeader);
  const auto mime = message_url("/x;UIDVALIDITY=1/;UID=20/;Section=1.2.MIME")->section;
  EXPECT_EQ(mime.part, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(mime.what, What::kMime);
  const auto fields = message_url("/x/;UID=20/;SECTION=HEADER.FIELDS%20(Date%20From)")->section;
  EXPECT_EQ(fields.what, What::kHeaderFields);
  EXPECT_EQ(fields.fields, (std::vector<std::string>{"Date", "From"}));
}

TEST(MessageUrl, Partials) {
  const auto both = message_url("/x/;UID=20/;SECTION=1/;PARTIAL=0.1024");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->partial->offset, 0u);
  EXPECT_EQ(both->partial->length, 1024u);
  EXPECT_EQ(message_url("/x/;UID=20/;PARTIAL=5")->partial->offset, 5u);
}

TEST(MessageUrl, WhatIsNone) {
  for (const std::string_view url : {"",
                                     "/",
                                     "x/;UID=1",
                                     ";UID=1",
                                     "//host/x/;UID=1",
                                     "imap://joe@host/x/;UID=1",
                                     "/x",
                                     "/x/;UID=",
                                     "/x/;UID=0",
                                     "/x/;UID=01",
                                     "/x/;UID=4294967296",
                                     "/x/;UID=1/",
                                     "/x/;UID=1x",
                                     "/x;UID=1",
                                     "/;UID=1",
                                     "/x;UIDVALIDITY=0/;UID=1",
                                     "/x;UIDVALIDITY=1;UID=1",
                                     "/x/;UID=1/;SECTION=",
                                     "/x/;UID=1/;SECTION=0",
                                     "/x/;UID=1/;SECTION=1;PARTIAL=0",
                                     "/x/;UID=1;SECTION=1",
                                     "/x/;UID=1/;PARTIAL=0.0",
                                     "/x/;UID=1/;PARTIAL=.1",
                                     "/x/;UID=1/;PARTIAL=0/;SECTION=1",
                                     "/x y/;UID=1",
                                     "/%zz/;UID=1",
                                     "/x?UNSEEN",
                                     "/x/;UID=20/;SECTION=1.2;URLAUTH=anonymous",
                                     "/x/;UID=1/;SECTION=1]["}) {
    EXPECT_FALSE(message_url(url)) << url;
  }
}

}  // namespace
}  // namespace roost::imap
