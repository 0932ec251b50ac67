#include "mail/mailbox_name.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/ascii.h"

namespace roost::mail {
namespace {

std::string normal(std::string_view name) {
  const auto result = normalise_mailbox_name(name);
  return result ? *result : "refused: " + result.error().detail;
}

bool refused(std::string_view name) {
  const auto result = normalise_mailbox_name(name);
  return !result && result.error().code == ErrorCode::kInvalid;
}

TEST(MailboxName, OrdinaryNamesStayAsTheyAre) {
  for (const auto* name :
       {"Sent", "a/b/c", "Drafts 2026", "...", ".a", "日本語", "a~&\"\\", "inboxes", "x/inbox"}) {
    EXPECT_EQ(normal(name), name);
  }
}

TEST(MailboxName, InboxIsUpperCase) {
  EXPECT_EQ(normal("inbox"), "INBOX");
  EXPECT_EQ(normal("InBox/"), "INBOX");
  EXPECT_EQ(normal("inBox/Lists"), "INBOX/Lists");
}

TEST(MailboxName, OneTrailingDelimiterIsDropped) {
  EXPECT_EQ(normal("a/"), "a");
  EXPECT_TRUE(refused("a//"));
  EXPECT_TRUE(refused("/"));
}

TEST(MailboxName, IsComposed) {
  EXPECT_EQ(normal("Entwu\xcc\x88rfe"), "Entwürfe");
  EXPECT_EQ(normal("Entwürfe"), "Entwürfe");
  EXPECT_EQ(normal("\xe2\x84\xab"), "\xc3\x85");  // ANGSTROM SIGN is a letter with a ring
}

TEST(MailboxName, WhatNobodyCanUseIsRefused) {
  for (const auto* name :
       {"", "/a", "a//b", ".", "..", "a/./b", "a/..", "../a", "a*", "a%b", "a\tb", "a\r\nb",
        "a\x7f", "a\xc2\x85", "a\xe2\x80\xa8", "\xff", "a\xc3", "\xed\xa0\x80", "\xc0\xaf"}) {
    EXPECT_TRUE(refused(name)) << name;
  }
  EXPECT_TRUE(refused(std::string_view("a\0b", 3)));
}

TEST(MailboxName, LengthIsCountedAfterComposing) {
  EXPECT_EQ(normal(std::string(kMaxMailboxName, 'a')).size(), kMaxMailboxName);
  EXPECT_TRUE(refused(std::string(kMaxMailboxName + 1, 'a')));
  EXPECT_TRUE(refused(std::string(1 << 20, 'a')));
  std::string decomposed;
  for (std::size_t i = 0; i < kMaxMailboxName / 2; ++i) decomposed += "u\xcc\x88";
  EXPECT_EQ(normal(decomposed).size(), kMaxMailboxName);
}

TEST(MailboxName, DepthIsBounded) {
  std::string name = "a";
  for (std::size_t i = 1; i < kMaxMailboxDepth; ++i) name += "/a";
  EXPECT_EQ(normal(name), name);
  EXPECT_TRUE(refused(name + "/a"));
}

TEST(MailboxName, ParentsAndInferiors) {
  EXPECT_EQ(parent_of("a/b/c"), "a/b");
  EXPECT_EQ(parent_of("a"), std::nullopt);
  EXPECT_TRUE(is_inferior_of("a/b", "a"));
  EXPECT_TRUE(is_inferior_of("a/b/c", "a"));
  EXPECT_FALSE(is_inferior_of("a", "a"));
  EXPECT_FALSE(is_inferior_of("ab/c", "a"));
  EXPECT_FALSE(is_inferior_of("a", "a/b"));
}

struct Case {
  const char* name;
  const char* pattern;
  bool matches;
};

class ListPattern : public testing::TestWithParam<Case> {};

TEST_P(ListPattern, Matches) {
  EXPECT_EQ(matches_list_pattern(GetParam().name, GetParam().pattern), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    MailboxName, ListPattern,
    testing::Values(Case{"a", "a", true}, Case{"a", "b", false}, Case{"a", "A", false},
                    Case{"a", "", false}, Case{"", "", true}, Case{"", "*", true},
                    Case{"a/b", "*", true}, Case{"a/b", "%", false}, Case{"a/b", "%/%", true},
                    Case{"a/b/c", "%/%", false}, Case{"a/b/c", "a*c", true},
                    Case{"a/b/c", "a%c", false}, Case{"abc", "a%c", true}, Case{"ac", "a%c", true},
                    Case{"a/b", "a/", false}, Case{"a/b", "a/%", true}, Case{"a", "a/%", false},
                    Case{"a/b", "%%", false}, Case{"a/b", "%*", true}, Case{"a/b", "*%", true},
                    Case{"a/bcb", "*b%b", true}, Case{"ab/b", "a%b", false},
                    Case{"a/b/c/d", "*/%/d", true}, Case{"日本/語", "日%/*", true},
                    Case{"INBOX", "inbox", true}, Case{"INBOX", "in%", true},
                    Case{"INBOX", "*oX", true}, Case{"INBOX/Work", "inbox/%", true},
                    Case{"INBOX/Work", "inbox/work", false}, Case{"INBOXES", "inboxes", false},
                    Case{"x/INBOX", "x/inbox", false}));

TEST(ListPatterns, AreLinearInNameTimesPattern) {
  const std::string name(kMaxMailboxName, 'a');
  std::string pattern;
  for (int i = 0; i < 400; ++i) pattern += "*a%a";
  EXPECT_TRUE(matches_list_pattern(name, pattern));
  EXPECT_FALSE(matches_list_pattern(name, pattern + "b"));
  EXPECT_FALSE(matches_list_pattern(name, std::string(64 * 1024, '*') + "b"));
  EXPECT_TRUE(matches_list_pattern(name, std::string(64 * 1024, '%')));
}

// The definition, word for word.
bool matches_naively(std::string_view name, std::string_view pattern) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*' || pattern[0] == '%') {
    for (std::size_t i = 0;; ++i) {
      if (matches_naively(name.substr(i), pattern.substr(1))) return true;
      if (i == name.size() || (pattern[0] == '%' && name[i] == kHierarchyDelimiter)) return false;
    }
  }
  return !name.empty() && name[0] == pattern[0] &&
         matches_naively(name.substr(1), pattern.substr(1));
}

TEST(ListPatterns, AgreeWithTheDefinition) {
  std::mt19937 random(20260104);
  const auto text = [&](std::string_view octets, std::size_t most) {
    std::string s;
    for (std::size_t n = random() % (most + 1); n > 0; --n) s += octets[random() % octets.size()];
    return s;
  };
  int matching = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string name = text("ab/", 8);
    const std::string pattern = text("ab/*%", 7);
    const bool matches = matches_naively(name, pattern);
    matching += matches ? 1 : 0;
    ASSERT_EQ(matches_list_pattern(name, pattern), matches) << name << " with " << pattern;
  }
  EXPECT_GT(matching, 1000);
}

}  // namespace
}  // namespace roost::mail
