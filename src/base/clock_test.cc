#include "base/clock.h"

#include <gtest/gtest.h>

#include <ctime>

namespace roost {
namespace {

TEST(Clock, TheSystemsIsTheSystems) {
  const SystemClock clock;
  const std::int64_t before = std::time(nullptr);
  const std::int64_t now = clock.unix_seconds();
  // time() may read a coarser clock, up to a tick behind.
  EXPECT_GE(now, before);
  EXPECT_LE(now, std::int64_t{std::time(nullptr)} + 1);
}

TEST(Clock, AManualOneStandsStill) {
  ManualClock clock(1'000'000'000);
  const WallClock& seen = clock;
  EXPECT_EQ(seen.unix_seconds(), 1'000'000'000);
  clock.set(-1);
  EXPECT_EQ(seen.unix_seconds(), -1);
}

}  // namespace
}  // namespace roost
