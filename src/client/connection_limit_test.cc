#include "client/connection_limit.h"

#include <gtest/gtest.h>

#include <chrono>

namespace roost::client {
namespace {

using std::chrono::minutes;

class ConnectionLimitTest : public ::testing::Test {
 protected:
  ConnectionLimit limit_{10, {.first = minutes(5), .most = minutes(60)}, 1};
  const Time now_{std::chrono::hours(1)};
};

TEST_F(ConnectionLimitTest, OneIsLeftToOthers) {
  limit_.lower(4, 4);
  EXPECT_EQ(limit_.most(), 3U);
}

TEST_F(ConnectionLimitTest, OneIsKept) {
  limit_.lower(1, 1);
  EXPECT_EQ(limit_.most(), 1U);
}

TEST_F(ConnectionLimitTest, NoSecondIsGivenUpWhereOneHasNotHelped) {
  limit_.lower(4, 5);
  limit_.lower(3, 4);
  EXPECT_EQ(limit_.most(), 4U);
  limit_.changed();
  limit_.lower(3, 4);
  EXPECT_EQ(limit_.most(), 2U);
}

TEST_F(ConnectionLimitTest, MoreAreTriedMoreAndMoreSeldom) {
  limit_.lower(4, 4);
  limit_.refused("enough", now_);
  EXPECT_FALSE(limit_.may_try_more(now_ + minutes(2)));
  EXPECT_TRUE(limit_.may_try_more(now_ + minutes(5)));
  limit_.try_more();
  EXPECT_EQ(limit_.most(), 4U);
  limit_.refused("too many", now_);
  EXPECT_FALSE(limit_.may_try_more(now_ + minutes(4)));
  EXPECT_TRUE(limit_.may_try_more(now_ + minutes(10)));
  EXPECT_EQ(limit_.text(), "enough");
}

TEST_F(ConnectionLimitTest, NeverMoreThanThat) { EXPECT_FALSE(limit_.may_try_more(now_)); }

TEST_F(ConnectionLimitTest, WhereAllAreLetInNothingWasRefused) {
  limit_.refused("enough", now_);
  limit_.refused("enough", now_);
  limit_.forget();
  EXPECT_EQ(limit_.text(), "");
  limit_.lower(4, 4);
  limit_.refused("too many", now_);
  EXPECT_TRUE(limit_.may_try_more(now_ + minutes(5))) << "as the first time";
}

}  // namespace
}  // namespace roost::client
