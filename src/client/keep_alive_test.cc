#include "client/keep_alive.h"

#include <gtest/gtest.h>

namespace roost::client {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kNow{hours(5'000)};

TEST(KeepAlive, GrowsToTwentyNineMinutes) {
  KeepAlive keep_alive;
  EXPECT_EQ(keep_alive.silence(kNow), KeepAlive::kFirst);
  for (int i = 0; i < 10; ++i) keep_alive.survived(keep_alive.silence(kNow), kNow);
  EXPECT_EQ(keep_alive.silence(kNow), minutes(29));
}

TEST(KeepAlive, ShortSilenceTeachesNothing) {
  KeepAlive keep_alive;
  keep_alive.survived(seconds(10), kNow);
  keep_alive.died(seconds(10), kNow);
  EXPECT_EQ(keep_alive.silence(kNow), KeepAlive::kFirst);
}

TEST(KeepAlive, StaysBelowWhatKilledAConnectionForADay) {
  KeepAlive keep_alive;
  for (const int waited : {300, 450}) keep_alive.survived(seconds(waited), kNow);
  keep_alive.died(minutes(11), kNow);
  for (int i = 0; i < 10; ++i) keep_alive.survived(keep_alive.silence(kNow), kNow);
  EXPECT_EQ(keep_alive.silence(kNow), seconds(495));
  const Time next_day = kNow + hours(24);
  keep_alive.survived(keep_alive.silence(next_day), next_day);
  EXPECT_GT(keep_alive.silence(next_day), seconds(495));
}

TEST(KeepAlive, ADeathThatCameSoonerMayBeByChance) {
  KeepAlive keep_alive;
  keep_alive.died(seconds(100), kNow);
  EXPECT_EQ(keep_alive.silence(kNow), KeepAlive::kFirst);
  keep_alive.died(seconds(100), kNow + seconds(1));  // of another connection at the same time
  EXPECT_EQ(keep_alive.silence(kNow), KeepAlive::kFirst);
  keep_alive.died(seconds(140), kNow + seconds(200));
  EXPECT_EQ(keep_alive.silence(kNow), KeepAlive::kFirst);
  keep_alive.died(seconds(145), kNow + seconds(400));
  EXPECT_LT(keep_alive.silence(kNow), seconds(140));
}

TEST(KeepAlive, NeverAsksMoreOftenThanOnceAMinute) {
  KeepAlive keep_alive;
  for (int i = 0; i < 10; ++i) keep_alive.died(minutes(1), kNow + i * minutes(2));
  EXPECT_EQ(keep_alive.silence(kNow), minutes(1));
}

TEST(KeepAlive, ASuspendedMachineSaysNothingOfTheServer) {
  KeepAlive keep_alive;
  keep_alive.died(hours(8), kNow);
  keep_alive.died(KeepAlive::kFirst * 2, kNow);
  for (int i = 0; i < 10; ++i) keep_alive.survived(keep_alive.silence(kNow), kNow);
  EXPECT_EQ(keep_alive.silence(kNow), minutes(29));
}

TEST(KeepAlive, AServerThatSpeaksByItselfIsMissedSoon) {
  KeepAlive keep_alive;
  keep_alive.still_here(seconds(120));
  keep_alive.still_here(seconds(3));  // an event, perhaps
  keep_alive.still_here(seconds(121));
  EXPECT_EQ(keep_alive.silence(kNow), KeepAlive::kFirst);
  keep_alive.still_here(seconds(120));
  EXPECT_EQ(keep_alive.silence(kNow), std::chrono::milliseconds(151'250) + KeepAlive::kGrace);
}

}  // namespace
}  // namespace roost::client
