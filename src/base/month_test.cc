#include "base/month.h"

#include <gtest/gtest.h>

namespace roost {
namespace {

TEST(Month, NameAndBack) {
  for (unsigned i = 1; i <= 12; ++i) {
    EXPECT_EQ(month_from_name(month_name(std::chrono::month(i))), std::chrono::month(i));
  }
  EXPECT_EQ(month_name(std::chrono::December), "Dec");
}

TEST(Month, AnyCaseButNothingElse) {
  EXPECT_EQ(month_from_name("jUL"), std::chrono::July);
  EXPECT_EQ(month_from_name("July"), std::nullopt);
  EXPECT_EQ(month_from_name("Ju"), std::nullopt);
  EXPECT_EQ(month_from_name(""), std::nullopt);
}

}  // namespace
}  // namespace roost
