#include "client/patterns.h"

#include <gtest/gtest.h>

namespace roost::client {
namespace {

constexpr auto kUtf7 = mail::NameEncoding::kModifiedUtf7;

TEST(Patterns, ARoundAsksForEach) {
  Patterns patterns({"Lists/%", "Büro*"});
  ASSERT_TRUE(patterns.asking());
  EXPECT_EQ(patterns.next(kUtf7).pieces().front().view(), "LIST \"\" \"Lists/%\"");
  EXPECT_FALSE(patterns.completed());
  EXPECT_EQ(patterns.next(kUtf7).pieces().front().view(), "LIST \"\" \"B&APw-ro*\"");
  EXPECT_TRUE(patterns.completed());
  EXPECT_FALSE(patterns.asking());
  patterns.ask();
  EXPECT_TRUE(patterns.asking());
}

TEST(Patterns, FindsWhatCanBeSelected) {
  Patterns patterns({"*"});
  patterns.listed({.attributes = {"\\HasChildren"}, .mailbox = "inbox"}, kUtf7);
  patterns.listed({.attributes = {"\\NOSELECT"}, .mailbox = "Lists"}, kUtf7);
  patterns.listed({.attributes = {"\\NonExistent"}, .mailbox = "gone"}, kUtf7);
  patterns.listed({.attributes = {"\\NoAccess"}, .mailbox = "locked"}, kUtf7);
  patterns.listed({.mailbox = "B&APw-ro"}, kUtf7);
  patterns.listed({.mailbox = "B&APw-ro"}, kUtf7);
  patterns.listed({.mailbox = "&broken"}, kUtf7);
  EXPECT_EQ(patterns.found(), (std::set<std::string>{"Büro", "INBOX"}));
  EXPECT_FALSE(patterns.too_many());
}

TEST(Patterns, ThereIsALimit) {
  Patterns patterns({"*"});
  for (std::size_t i = 0; i <= Patterns::kMaxMailboxes; ++i) {
    EXPECT_FALSE(patterns.too_many());
    patterns.listed({.mailbox = "m" + std::to_string(i)}, kUtf7);
  }
  EXPECT_TRUE(patterns.too_many());
  EXPECT_EQ(patterns.found().size(), Patterns::kMaxMailboxes);
}

}  // namespace
}  // namespace roost::client
