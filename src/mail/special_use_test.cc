#include "mail/special_use.h"

#include <gtest/gtest.h>

#include "base/ascii.h"

namespace roost::mail {
namespace {

TEST(SpecialUse, AttributesGoBothWays) {
  for (int i = 1; i <= 7; ++i) {
    const auto use = static_cast<SpecialUse>(i);
    const std::string name(attribute_of(use));
    ASSERT_TRUE(name.starts_with("\\"));
    EXPECT_EQ(special_use(name), use);
    EXPECT_EQ(special_use(to_upper(name)), use);
  }
}

TEST(SpecialUse, NoneHasNoAttribute) {
  EXPECT_EQ(attribute_of(SpecialUse::kNone), "");
  EXPECT_EQ(special_use(""), std::nullopt);
  EXPECT_EQ(special_use("\\Important"), std::nullopt);
  EXPECT_EQ(special_use("Sent"), std::nullopt);
}

}  // namespace
}  // namespace roost::mail
