#include "mail/message_ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace roost::mail {
namespace {

using testing::ElementsAre;

// The message's own id, then its references.
std::vector<std::string> ids_of(std::string_view header) {
  const std::string encoded = message_ids_of_header(header);
  MessageIds in(encoded);
  std::vector<std::string> out{std::string(in.own())};
  while (const auto id = in.next()) out.emplace_back(*id);
  return out;
}

TEST(MessageIds, QuotingDoesNotTellThemApart) {
  EXPECT_EQ(first_message_id("<\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>"),
            "01KF8JCEOCBS0045PS@xxx.yyy.com");
  EXPECT_EQ(first_message_id("<01KF8JCEOCBS0045PS@xxx.yyy.com>"), "01KF8JCEOCBS0045PS@xxx.yyy.com");
  EXPECT_EQ(first_message_id(R"(<"a\"b".c@d>)"), "a\"b.c@d");
  EXPECT_EQ(first_message_id("< a . b (a comment) @ [1.2.3.4] >"), "a.b@[1.2.3.4]");
}

TEST(MessageIds, CaseTellsThemApart) {
  EXPECT_NE(first_message_id("<A@b>"), first_message_id("<a@b>"));
}

TEST(MessageIds, WhatIsNoneIsPassedOver) {
  EXPECT_EQ(first_message_id("Your message of <Friday> <a@b>"), "a@b");
  for (const std::string_view none :
       {"", "a@b", "<", "<>", "<a>", "<@b>", "<a@>", "<a@b", "<\"a@b>", "<<<<"}) {
    EXPECT_EQ(first_message_id(none), std::nullopt) << none;
  }
  EXPECT_EQ(first_message_id("<<a@b>"), "a@b");
  EXPECT_EQ(first_message_id("<" + std::string(1000, 'x') + "@b>"), std::nullopt);
}

TEST(MessageIds, ReferencesComeBeforeInReplyTo) {
  EXPECT_THAT(ids_of("Message-ID: <c@x>\r\nIn-Reply-To: <z@x>\r\nReferences: <a@x>\r\n <b@x>\r\n"),
              ElementsAre("c@x", "a@x", "b@x"));
  EXPECT_THAT(ids_of("Message-ID: <c@x>\r\nIn-Reply-To: <z@x> <y@x>\r\n"),
              ElementsAre("c@x", "z@x"));
  EXPECT_THAT(ids_of("References: none\r\nIn-Reply-To: of <z@x>\r\n"), ElementsAre("", "z@x"));
  EXPECT_THAT(ids_of("Subject: hello\r\n"), ElementsAre(""));
}

TEST(MessageIds, OfManyReferencesTheLastCount) {
  std::string header = "References:";
  for (int i = 0; i < 1000; ++i) header += " <" + std::to_string(i) + "@x>\r\n";
  const auto ids = ids_of(header);
  ASSERT_EQ(ids.size(), 1 + kMaxReferences);
  EXPECT_EQ(ids[1], "900@x");
  EXPECT_EQ(ids.back(), "999@x");
}

TEST(MessageIds, AFieldOfBeginningsIsReadInLinearTime) {
  EXPECT_EQ(first_message_id(std::string(1 << 20, '<')), std::nullopt);
  std::string starts;
  for (int i = 0; i < 200'000; ++i) starts += "<a@";
  EXPECT_EQ(first_message_id(starts), std::nullopt);
}

}  // namespace
}  // namespace roost::mail
