#include "mail/fold.h"

#include <gtest/gtest.h>

#include "base/ascii.h"

namespace roost::mail {
namespace {

std::string upper_ascii(std::string text) {
  for (char& c : text) c = to_upper(c);
  return text;
}

TEST(Fold, RaisesAsciiAtEveryPosition) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  for (std::size_t start = 0; start < 9; ++start) {
    EXPECT_EQ(fold(all.substr(start)), upper_ascii(all.substr(start)));
  }
}

TEST(Fold, IsWithoutRegardToCaseBeyondAscii) {
  EXPECT_EQ(fold("Ä"), fold("ä"));
  EXPECT_EQ(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
  EXPECT_EQ(fold("ПРИВЕТ"), fold("привет"));
  EXPECT_EQ(fold("привет"), "ПРИВЕТ");
}

// RFC 5051 section 2: one character to one of title case, so "ß" stays what it is.
TEST(Fold, IsNoFullCaseFolding) { EXPECT_EQ(fold("Straße"), "STRAßE"); }

// RFC 5051 section 2, the example of step 2.
TEST(Fold, TitlecasesThenDecomposes) {
  EXPECT_EQ(fold("\u01c4"), "Dz\u030c");
  EXPECT_EQ(fold("\u01c6"), fold("\u01c4"));
}

TEST(Fold, DecomposesLetters) {
  EXPECT_EQ(fold("ä"), "A\u0308");
  EXPECT_EQ(fold("a\u0308"), fold("ä"));
  EXPECT_EQ(fold("plain text and then ä and more"), "PLAIN TEXT AND THEN A\u0308 AND MORE");
  EXPECT_EQ(fold("Ａ１"), "A1");
  EXPECT_EQ(fold("한"), "\u1112\u1161\u11ab");
}

TEST(Fold, MixedTextIsFoldedWhole) {
  const std::string plain = "Some ASCII Text That Is Longer Than A Gap. ";
  EXPECT_EQ(fold(plain + "Жж" + plain + "Ω x ω" + plain),
            upper_ascii(plain) + "ЖЖ" + upper_ascii(plain) + "Ω X Ω" + upper_ascii(plain));
}

TEST(Fold, LongRunsAreCutBetweenCharacters) {
  std::string upper;
  std::string lower;
  for (int i = 0; i < 100'000; ++i) {
    upper += "Ж";
    lower += "ж";
  }
  EXPECT_EQ(fold("x" + lower), "X" + upper);
}

TEST(Fold, SurvivesWhatIsNotUtf8) {
  EXPECT_EQ(fold("a\xff"), "A\xef\xbf\xbd");
  EXPECT_FALSE(fold(std::string(200'000, '\x80')).empty());
}

TEST(AsciiPrefix, EndsAtTheFirstOtherOctet) {
  EXPECT_EQ(ascii_prefix(""), 0U);
  for (std::size_t n = 0; n < 40; ++n) {
    EXPECT_EQ(ascii_prefix(std::string(n, 'a')), n);
    EXPECT_EQ(ascii_prefix(std::string(n, 'a') + "\x80" + std::string(20, 'b')), n);
  }
}

TEST(Contains, FindsSubstrings) {
  EXPECT_TRUE(contains("hello", ""));
  EXPECT_TRUE(contains("", ""));
  EXPECT_TRUE(contains("hello", "llo"));
  EXPECT_FALSE(contains("hello", "hello!"));
  EXPECT_FALSE(contains("", "x"));
  EXPECT_EQ(find("hello", "l"), 2U);
  EXPECT_EQ(find("hello", ""), 0U);
  EXPECT_EQ(find("hello", "x"), std::string_view::npos);
}

}  // namespace
}  // namespace roost::mail
