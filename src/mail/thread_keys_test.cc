#include "mail/thread_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace roost::mail {
namespace {

using Keys = std::vector<std::uint64_t>;

bool share_a_key(const Keys& a, const Keys& b) {
  return std::ranges::any_of(a, [&](auto key) { return std::ranges::find(b, key) != b.end(); });
}

Keys original(std::string_view subject) {
  return thread_keys("Message-ID: <1@x>\r\nSubject: " + std::string(subject) + "\r\n\r\n");
}
Keys reply(std::string_view subject) {
  return thread_keys("Subject: " + std::string(subject) +
                     "\r\nMessage-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\n");
}

// Stored: what these are may never change.
TEST(ThreadKeys, AreAsTheyHaveAlwaysBeen) {
  EXPECT_EQ(original("hello"), Keys{0x29e5f5c701db6cb6});
  EXPECT_EQ(original("hello"), thread_keys("MESSAGE-ID: < 1@\r\n x >\r\nsubject:HELLO\r\n\r\n"));
}

TEST(ThreadKeys, AreNoneWithoutIds) {
  EXPECT_EQ(thread_keys(""), Keys());
  EXPECT_EQ(thread_keys("Subject: hello\r\n\r\n"), Keys());
  EXPECT_EQ(thread_keys("References: nonsense\r\nIn-Reply-To: your mail\r\n\r\n"), Keys());
  EXPECT_EQ(thread_keys("Message-ID: \r\nIn-Reply-To: <>\r\nReferences: < >\r\n\r\n"), Keys());
}

TEST(ThreadKeys, JoinsRepliesBySubject) {
  for (const std::string_view subject :
       {"hello", "Re: hello", "RE: AW: re[2]: hello", "[list] Re: hello", "Re: [list] hello",
        "Fwd: hello", "hello (fwd)", "Re (3): hello", "SV : hello", "=?utf-8?q?R=C3=A9f=3A?= hello",
        "=?utf-8?b?5Zue5aSN77yaaGVsbG8=?=", "Re: hel\r\n lo"}) {
    EXPECT_TRUE(share_a_key(original("hello"), reply(subject))) << subject;
  }
}

TEST(ThreadKeys, KeepsOtherSubjectsApart) {
  for (const std::string_view subject : {"", "Re: goodbye", "hello you", "[hello]"}) {
    EXPECT_FALSE(share_a_key(original("hello"), reply(subject))) << subject;
  }
  EXPECT_TRUE(share_a_key(original(""), reply("Re:")));
  EXPECT_TRUE(share_a_key(original("[tag]"), reply("Re: [tag]")));
}

TEST(ThreadKeys, AreTheOwnFirstThenTheNearest) {
  const Keys keys = thread_keys(
      "Message-ID: <own@x>\r\nIn-Reply-To: <parent@x>\r\n"
      "References: <root@x>\r\n <middle@x> <parent@x>\r\n\r\n");
  const auto key_of = [](std::string_view id) {
    return thread_keys("Message-ID: <" + std::string(id) + ">\r\n\r\n").front();
  };
  EXPECT_EQ(keys,
            (Keys{key_of("own@x"), key_of("parent@x"), key_of("middle@x"), key_of("root@x")}));
}

TEST(ThreadKeys, AreFewHoweverLongTheReferences) {
  std::string references;
  for (int i = 0; i < 5000; ++i) references += "\r\n <" + std::to_string(i) + "@x>";
  const Keys keys = thread_keys("Message-ID: <own@x>\r\nReferences:" + references + "\r\n\r\n");
  EXPECT_EQ(keys.size(), kMaxThreadKeys);
  EXPECT_TRUE(share_a_key(keys, thread_keys("Message-ID: <0@x>\r\n\r\n")));
  EXPECT_TRUE(share_a_key(keys, thread_keys("Message-ID: <4999@x>\r\n\r\n")));
  EXPECT_FALSE(share_a_key(keys, thread_keys("Message-ID: <2500@x>\r\n\r\n")));
}

TEST(ThreadKeys, TakesIdsWithoutBrackets) {
  EXPECT_EQ(thread_keys("Message-ID: 1@x\r\n\r\n"), thread_keys("Message-ID: <1@x>\r\n\r\n"));
}

}  // namespace
}  // namespace roost::mail
