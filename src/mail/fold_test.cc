#include "mail/fold.h"

#include <gtest/gtest.h>

#include "base/ascii.h"

namespace roost::mail {
namespace {

TEST(Fold, LowersAsciiAtEveryPosition) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  for (std::size_t start = 0; start < 9; ++start) {
    EXPECT_EQ(fold(all.substr(start)), to_lower(all.substr(start)));
  }
}

TEST(Fold, FoldsCaseBeyondAscii) {
  EXPECT_EQ(fold("Ä"), fold("ä"));
  EXPECT_EQ(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
  EXPECT_EQ(fold("Straße"), fold("STRASSE"));
  EXPECT_EQ(fold("Straße"), "strasse");
  EXPECT_EQ(fold("ПРИВЕТ"), fold("привет"));
}

TEST(Fold, ComposesLetters) {
  EXPECT_EQ(fold("a\u0308"), fold("ä"));
  EXPECT_EQ(fold("plain text and then a\u0308 and more"), "plain text and then ä and more");
  EXPECT_EQ(fold("A\u0308bc"), "äbc");
}

TEST(Fold, MixedTextIsFoldedWhole) {
  const std::string plain = "Some ASCII Text That Is Longer Than A Gap. ";
  EXPECT_EQ(fold(plain + "ÄÖ" + plain + "É x Ü" + plain),
            to_lower(plain) + "äö" + to_lower(plain) + "é x ü" + to_lower(plain));
}

TEST(Fold, LongRunsAreCutBetweenCharacters) {
  std::string upper;
  std::string lower;
  for (int i = 0; i < 100'000; ++i) {
    upper += "Ж";
    lower += "ж";
  }
  EXPECT_EQ(fold("x" + upper), "x" + lower);
}

TEST(Fold, SurvivesWhatIsNotUtf8) {
  EXPECT_EQ(fold("A\xff"), "a\xef\xbf\xbd");
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
}

}  // namespace
}  // namespace roost::mail
