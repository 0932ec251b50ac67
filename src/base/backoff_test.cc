#include "base/backoff.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace roost {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

TEST(Backoff, DoublesUpToTheMost) {
  const Backoff backoff{.first = seconds(1), .most = seconds(10)};
  EXPECT_EQ(backoff.delay(1, 0), seconds(1));
  EXPECT_EQ(backoff.delay(2, 0), seconds(2));
  EXPECT_EQ(backoff.delay(4, 0), seconds(8));
  EXPECT_EQ(backoff.delay(5, 0), seconds(10));
  EXPECT_EQ(backoff.delay(kMost, 0), seconds(10));
}

TEST(Backoff, HalfOfItIsCertain) {
  const Backoff backoff;
  EXPECT_EQ(backoff.delay(1, kMost), milliseconds(501));
  EXPECT_EQ(backoff.delay(3, 1U << 31), seconds(3));
  std::mt19937 random(20260107);
  for (int i = 0; i < 1000; ++i) {
    const auto delay = backoff.delay(2, static_cast<std::uint32_t>(random()));
    EXPECT_GT(delay, seconds(1));
    EXPECT_LE(delay, seconds(2));
  }
}

TEST(Backoff, FirstAboveTheMostIsTheMost) {
  const Backoff backoff{.first = minutes(10), .most = minutes(5)};
  EXPECT_EQ(backoff.delay(1, 0), minutes(5));
}

}  // namespace
}  // namespace roost
