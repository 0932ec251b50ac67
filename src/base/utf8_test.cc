#include "base/utf8.h"

#include <gtest/gtest.h>

namespace roost {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, TakesEveryLength) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("\xc2\x80 \xdf\xbf"));
  EXPECT_TRUE(is_utf8("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
  EXPECT_TRUE(is_utf8("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
  EXPECT_TRUE(is_utf8("\0"sv));
}

TEST(Utf8, RefusesWhatRfc3629Forbids) {
  EXPECT_FALSE(is_utf8("\x80"));              // a tail alone
  EXPECT_FALSE(is_utf8("\xc0\x80"));          // overlong
  EXPECT_FALSE(is_utf8("\xc1\xbf"));          // overlong
  EXPECT_FALSE(is_utf8("\xe0\x9f\xbf"));      // overlong
  EXPECT_FALSE(is_utf8("\xf0\x8f\xbf\xbf"));  // overlong
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));      // a surrogate
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_utf8("\xf5\x80\x80\x80"));
  EXPECT_FALSE(is_utf8("\xff"));
}

TEST(Utf8, RefusesWhatIsCutShort) {
  EXPECT_FALSE(is_utf8("\xc3"));
  EXPECT_FALSE(is_utf8("\xe2\x82"));
  EXPECT_FALSE(is_utf8("\xf0\x9f\x98"));
  EXPECT_FALSE(is_utf8("\xc3("));
  EXPECT_FALSE(is_utf8("\xe2\x82("));
  EXPECT_FALSE(is_utf8("\xf0\x9f\x98("));
}

}  // namespace
}  // namespace roost
