#include "client/reconnect.h"

#include <gtest/gtest.h>

namespace roost::client {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kNow{hours(5'000)};
const Problem kLost{ProblemKind::kClosed, "the server closed the connection"};
const Problem kWrong{ProblemKind::kCredentials, "no such user"};

TEST(Backoff, DoublesWithJitterUpToItsLimit) {
  Backoff backoff({.first = seconds(1), .most = minutes(1)}, 1);
  Duration most = seconds(1);
  for (int i = 0; i < 10; ++i) {
    const Duration wait = backoff.next();
    EXPECT_LE(wait, most);
    EXPECT_GE(wait, most / 2);
    most = std::min<Duration>(most * 2, minutes(1));
  }
  backoff.reset();
  EXPECT_LE(backoff.next(), seconds(1));
}

TEST(Reconnect, WhatPassesIsSaidAfterAnHourAndOnce) {
  Reconnect reconnect(1);
  for (Duration after{}; after < hours(1); after += minutes(5)) {
    EXPECT_EQ(reconnect.failed(kLost, {}, kNow + after).say, std::nullopt);
  }
  EXPECT_EQ(reconnect.failed(kLost, {}, kNow + hours(1)).say, kLost.text);
  EXPECT_EQ(reconnect.failed(kLost, {}, kNow + hours(2)).say, std::nullopt);
  reconnect.succeeded();
  EXPECT_EQ(reconnect.failed(kLost, {}, kNow + hours(9)).say, std::nullopt);
}

TEST(Reconnect, AConnectionThatWasOfUseIsMadeAgainWithinASecond) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Reconnect reconnect(seed);
    for (int i = 0; i < 3; ++i) {
      EXPECT_LE(reconnect.failed(kLost, {}, kNow).wait, milliseconds(500));
      reconnect.succeeded();
    }
  }
}

TEST(Reconnect, AServerThatLiesIsGivenMoreAndMoreTime) {
  using enum ProblemKind;
  for (const ProblemKind kind : {kSilent, kClosed, kBusy, kProtocol}) {
    Reconnect reconnect(1);
    EXPECT_LE(reconnect.failed({kind, "x"}, {}, kNow).wait, Reconnect::kTransient.first);
    Duration wait{};
    for (int i = 0; i < 10; ++i) {
      reconnect.caught_up(kNow);
      wait = reconnect.failed({kind, "x"}, {}, kNow).wait;
    }
    EXPECT_GE(wait, Reconnect::kTransient.most / 2);
  }
}

TEST(Reconnect, ConnectionsThatDoNotLastAddUp) {
  Reconnect reconnect(1);
  Time now = kNow;
  Duration down{};
  Duration longest{};
  for (std::optional<std::string> said; !said; now += minutes(2)) {  // caught up for so long
    ASSERT_LT(down, hours(2));
    const auto verdict = reconnect.failed(kLost, {}, now);
    said = verdict.say;
    longest = std::max(longest, verdict.wait);
    if (said) break;
    down += verdict.wait;
    now += verdict.wait;
    reconnect.caught_up(now);
  }
  EXPECT_GE(down, hours(1));
  EXPECT_GE(longest, minutes(1));
  EXPECT_LE(longest, minutes(2)) << "not longer than it was of use before";
  reconnect.succeeded();
  EXPECT_EQ(reconnect.failed(kLost, {}, now).say, std::nullopt);
}

TEST(Reconnect, WhatNeedsTheUserIsSaidAtOnceAndTriedSeldom) {
  Reconnect reconnect(1);
  const auto first = reconnect.failed(kWrong, {}, kNow);
  EXPECT_EQ(first.say, kWrong.text);
  EXPECT_GE(first.wait, Reconnect::kNeedsUser.first / 2);
  EXPECT_EQ(reconnect.failed(kWrong, {}, kNow).say, std::nullopt);
  EXPECT_TRUE(reconnect.waits_for_user());
  (void)reconnect.failed(kLost, {}, kNow);
  EXPECT_FALSE(reconnect.waits_for_user());
}

TEST(Reconnect, AnOldTokenIsRenewedBeforeItIsCalledWrong) {
  Reconnect reconnect(1);
  const auto expired = reconnect.failed(kWrong, hours(1), kNow);
  EXPECT_EQ(expired.wait, Duration());
  EXPECT_EQ(expired.say, std::nullopt);
  EXPECT_EQ(reconnect.failed(kWrong, seconds(1), kNow).say, kWrong.text);
  reconnect.succeeded();
  EXPECT_EQ(reconnect.failed(kWrong, hours(1), kNow).say, std::nullopt);
}

}  // namespace
}  // namespace roost::client
