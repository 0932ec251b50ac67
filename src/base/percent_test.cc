#include "base/percent.h"

#include <gtest/gtest.h>

namespace roost {
namespace {

TEST(Percent, EncodesAllButUnreserved) {
  EXPECT_EQ(percent_encode("wren-1._~@example.org"), "wren-1._~%40example.org");
  EXPECT_EQ(percent_encode("zo\u00eb/%"), "zo%C3%AB%2F%25");
}

TEST(Percent, DecodesWhatItEncodes) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_decode("a%2fb+c"), "a/b+c");
}

TEST(Percent, RefusesHalfAnEncoding) {
  for (const char* text : {"%", "%4", "a%", "%g0", "%0g", "%%41"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace roost
