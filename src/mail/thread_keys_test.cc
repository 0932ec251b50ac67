#include "mail/thread_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "mail/message_parser.h"

namespace roost::mail {
namespace {

using Keys = std::vector<std::uint64_t>;

bool share_a_key(const Keys& a, const Keys& b) {
  return std::ranges::any_of(a, [&](auto key) { return std::ranges::find(b, key) != b.end(); });
}

Keys keys_of(std::string_view header) {
  MessageParser parser;
  parser.feed(header);
  return thread_keys(parser.finish());
}
Keys original(std::string_view subject) {
  return keys_of("Message-ID: <1@x>\r\nSubject: " + std::string(subject) + "\r\n\r\n");
}
Keys reply(std::string_view subject) {
  return keys_of("Subject: " + std::string(subject) +
                 "\r\nMessage-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\n");
}

// Stored: what these are may never change.
TEST(ThreadKeys, AreAsTheyHaveAlwaysBeen) {
  EXPECT_EQ(original("hello"), Keys{0xfc36978b3a601a16});
  EXPECT_EQ(original("hello"), keys_of("MESSAGE-ID: < 1@\r\n x >\r\nsubject:HELLO\r\n\r\n"));
}

TEST(ThreadKeys, AreNoneWithoutIds) {
  EXPECT_EQ(keys_of(""), Keys());
  EXPECT_EQ(keys_of("Subject: hello\r\n\r\n"), Keys());
  EXPECT_EQ(keys_of("References: nonsense\r\nIn-Reply-To: your mail\r\n\r\n"), Keys());
  EXPECT_EQ(keys_of("Message-ID: \r\nIn-Reply-To: <>\r\nReferences: < >\r\n\r\n"), Keys());
}

TEST(ThreadKeys, JoinsRepliesBySubject) {
  for (const std::string_view subject :
       {"hello", "Re: hello", "RE: AW: re[2]: hello", "[list] Re: hello", "Re: [list] hello",
        "Fwd: hello", "hello (fwd)", "Re (3): hello", "SV : hello", "=?utf-8?q?R=C3=A9f=3A?= hello",
        "=?utf-8?b?5Zue5aSN77yaaGVsbG8=?=", "Re: hel\r\n lo"}) {
    EXPECT_TRUE(share_a_key(original("hello"), reply(subject))) << subject;
  }
}

TEST(ThreadKeys, JoinsRepliesByLongSubjects) {
  const std::string subject(2000, 'x');
  EXPECT_TRUE(share_a_key(original(subject), reply("Re: [list] " + subject)));
  EXPECT_TRUE(share_a_key(original(subject), reply("Re: =?utf-8?q?" + subject + "?=")));
  std::string words;
  for (int i = 0; i < 200; ++i) words += " =?utf-8?b?eHh4eHh4eHh4eA==?=";
  EXPECT_TRUE(share_a_key(original(subject), reply("Re:" + words)));
  EXPECT_TRUE(share_a_key(original(subject + " (fwd)"), reply(subject)));
}

TEST(ThreadKeys, KeepsOtherSubjectsApart) {
  for (const std::string_view subject : {"", "Re: goodbye", "hello you", "[hello]"}) {
    EXPECT_FALSE(share_a_key(original("hello"), reply(subject))) << subject;
  }
  EXPECT_TRUE(share_a_key(original(""), reply("Re:")));
  EXPECT_TRUE(share_a_key(original("[tag]"), reply("Re: [tag]")));
}

TEST(ThreadKeys, AreTheOwnFirstThenTheNearest) {
  const Keys keys = keys_of(
      "Message-ID: <own@x>\r\nIn-Reply-To: <parent@x>\r\n"
      "References: <root@x>\r\n <middle@x> <parent@x>\r\n\r\n");
  const auto key_of = [](std::string_view id) {
    return keys_of("Message-ID: <" + std::string(id) + ">\r\n\r\n").front();
  };
  EXPECT_EQ(keys,
            (Keys{key_of("own@x"), key_of("parent@x"), key_of("middle@x"), key_of("root@x")}));
}

TEST(ThreadKeys, AreFewHoweverLongTheReferences) {
  const auto with_references = [](int count) {
    std::string references;
    for (int i = 0; i < count; ++i) references += "\r\n <" + std::to_string(i) + "@x>";
    return keys_of("Message-ID: <own@x>\r\nReferences:" + references + "\r\n\r\n");
  };
  const Keys keys = with_references(100);
  EXPECT_EQ(keys.size(), kMaxThreadKeys);
  EXPECT_TRUE(share_a_key(keys, keys_of("Message-ID: <0@x>\r\n\r\n")));
  EXPECT_TRUE(share_a_key(keys, keys_of("Message-ID: <99@x>\r\n\r\n")));
  EXPECT_FALSE(share_a_key(keys, keys_of("Message-ID: <50@x>\r\n\r\n")));
  EXPECT_EQ(with_references(5000).size(), kMaxThreadKeys);
}

TEST(ThreadKeys, AreOfTheParentWhereThereIsNothingButInReplyTo) {
  EXPECT_EQ(keys_of("In-Reply-To: your mail <1@x>\r\nSubject: Re: hello\r\n\r\n"),
            original("hello"));
}

}  // namespace
}  // namespace roost::mail
