#include "cli/watch/words.h"

#include <gtest/gtest.h>

namespace roost::cli {
namespace {

using Words = std::vector<std::string>;

TEST(Words, AsAShellQuotes) {
  EXPECT_EQ(*split_words(" a  b\tc\n"), (Words{"a", "b", "c"}));
  EXPECT_EQ(*split_words("'a b' \"c d\" e\\ f"), (Words{"a b", "c d", "e f"}));
  EXPECT_EQ(*split_words("a'b'\"c\"d"), Words{"abcd"});
  EXPECT_EQ(*split_words("x '' \"\""), (Words{"x", "", ""}));
  EXPECT_EQ(*split_words("'a\\b' \"a\\b\\\"\\\\\""), (Words{"a\\b", "a\\b\"\\"}));
}

TEST(Words, NothingElseOfAShell) {
  EXPECT_EQ(*split_words("echo $HOME * | `x` ; >y"),
            (Words{"echo", "$HOME", "*", "|", "`x`", ";", ">y"}));
}

TEST(Words, WhatIsNone) {
  for (const char* line : {"", "  ", "a 'b", "a \"b", "a\\"})
    EXPECT_FALSE(split_words(line)) << line;
}

}  // namespace
}  // namespace roost::cli
