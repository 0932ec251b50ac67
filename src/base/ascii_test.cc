#include "base/ascii.h"

#include <gtest/gtest.h>

namespace roost {
namespace {

TEST(Ascii, ClassesAreThoseOfAsciiAlone) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    EXPECT_EQ(is_digit(c), i >= '0' && i <= '9') << i;
    EXPECT_EQ(is_alpha(c), (i >= 'A' && i <= 'Z') || (i >= 'a' && i <= 'z')) << i;
    EXPECT_EQ(is_alnum(c), is_digit(c) || is_alpha(c)) << i;
    EXPECT_EQ(is_space(c), i == ' ' || i == '\t' || i == '\r' || i == '\n') << i;
    EXPECT_EQ(is_control(c), i < 32 || i == 127) << i;
    EXPECT_EQ(is_printable(c), i >= 32 && i <= 126) << i;
    EXPECT_EQ(is_ascii(c), i < 128) << i;
  }
}

TEST(Ascii, HexValue) {
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  EXPECT_EQ(hex_value('g'), -1);
  EXPECT_EQ(hex_value('\xe9'), -1);
}

TEST(Ascii, FoldingLeavesOtherOctetsAlone) {
  EXPECT_EQ(to_lower("MiXeD-42 \xc3\x89"), "mixed-42 \xc3\x89");
  EXPECT_EQ(to_upper("MiXeD-42 \xc3\xa9"), "MIXED-42 \xc3\xa9");
  EXPECT_EQ(to_lower("@[`{"), "@[`{");
}

TEST(Ascii, EqualIgnoringCase) {
  EXPECT_TRUE(equal_ignoring_case("InBox", "iNbOX"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_FALSE(equal_ignoring_case("inbox", "inbo"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));  // 32 apart, and no letters
  EXPECT_FALSE(equal_ignoring_case("\xc9", "\xe9"));
}

TEST(Ascii, CompareIgnoringCase) {
  EXPECT_EQ(compare_ignoring_case("abc", "ABC"), std::strong_ordering::equal);
  EXPECT_EQ(compare_ignoring_case("abc", "ABD"), std::strong_ordering::less);
  EXPECT_EQ(compare_ignoring_case("ab", "ABC"), std::strong_ordering::less);
  EXPECT_EQ(compare_ignoring_case("\xff", "z"), std::strong_ordering::greater);
}

TEST(Ascii, StartsWithIgnoringCase) {
  EXPECT_TRUE(starts_with_ignoring_case("BODY.PEEK[]", "body"));
  EXPECT_TRUE(starts_with_ignoring_case("x", ""));
  EXPECT_FALSE(starts_with_ignoring_case("bod", "body"));
}

TEST(Ascii, Trim) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \r\n\t"), "");
  EXPECT_EQ(trim(""), "");
}

}  // namespace
}  // namespace roost
