#include "auth/connection_limits.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace roost::auth {
namespace {

constexpr mail::AccountId kWren{1};
constexpr mail::AccountId kRook{2};

TEST(ConnectionLimits, TheRefusalSaysFromWhere) {
  ConnectionLimits limits({.per_user = 3, .per_user_and_address = 2});
  std::vector<ConnectionLimits::Slot> slots;
  slots.push_back(limits.acquire(kWren, "192.0.2.1").value());
  slots.push_back(limits.acquire(kWren, "192.0.2.1").value());
  const auto third = limits.acquire(kWren, "192.0.2.1");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kLimit);
  EXPECT_EQ(third.error().detail,
            "Too many connections for this account from 192.0.2.1 (2). In use from: 192.0.2.1 (2)");

  slots.push_back(limits.acquire(kWren, "2001:db8::7").value());
  EXPECT_EQ(limits.acquire(kWren, "192.0.2.9").error().detail,
            "Too many connections for this account (3). In use from: 192.0.2.1 (2), "
            "2001:db8::7 (1)");
  EXPECT_TRUE(limits.acquire(kRook, "192.0.2.1"));
}

TEST(ConnectionLimits, ASlotIsFreeOnceItIsDestroyedAndOnlyOnce) {
  ConnectionLimits limits({.per_user = 1, .per_user_and_address = 0});
  {
    auto slot = limits.acquire(kWren, "192.0.2.1").value();
    const ConnectionLimits::Slot moved = std::move(slot);
    EXPECT_FALSE(limits.acquire(kWren, "192.0.2.1"));
  }
  const auto again = limits.acquire(kWren, "192.0.2.2");
  EXPECT_TRUE(again);
  EXPECT_FALSE(limits.acquire(kWren, "192.0.2.2"));
}

TEST(ConnectionLimits, ARefusalLeavesNothingBehind) {
  ConnectionLimits limits({.per_user = 2, .per_user_and_address = 1});
  const auto first = limits.acquire(kWren, "192.0.2.1").value();
  EXPECT_FALSE(limits.acquire(kWren, "192.0.2.1"));
  const auto second = limits.acquire(kWren, "192.0.2.2").value();
  EXPECT_EQ(limits.acquire(kWren, "192.0.2.3").error().detail,
            "Too many connections for this account (2). In use from: 192.0.2.2 (1), 192.0.2.1 (1)");
}

TEST(ConnectionLimits, StrangersAreCountedByAddressUntilTheyLogIn) {
  ConnectionLimits limits({.unauthenticated_per_address = 2});
  auto first = limits.acquire_unauthenticated("192.0.2.1").value();
  const auto second = limits.acquire_unauthenticated("192.0.2.1");
  EXPECT_TRUE(second);
  const auto third = limits.acquire_unauthenticated("192.0.2.1");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kLimit);
  EXPECT_EQ(third.error().detail,
            "Too many connections from 192.0.2.1 on which nobody has logged in (2)");
  EXPECT_TRUE(limits.acquire_unauthenticated("192.0.2.2"));

  first = limits.acquire(kWren, "192.0.2.1").value();
  EXPECT_TRUE(limits.acquire_unauthenticated("192.0.2.1"));
}

TEST(ConnectionLimits, StrangersOfOneIpv6NetworkAreCountedTogether) {
  ConnectionLimits limits({.unauthenticated_per_address = 1});
  const auto first = limits.acquire_unauthenticated("2001:db8:1:2:3:4:5:6");
  EXPECT_TRUE(first);
  EXPECT_EQ(limits.acquire_unauthenticated("2001:db8:1:2::9").error().detail,
            "Too many connections from 2001:db8:1:2::/64 on which nobody has logged in (1)");
  EXPECT_TRUE(limits.acquire_unauthenticated("2001:db8:1:3::9"));
  EXPECT_TRUE(limits.acquire_unauthenticated("unix"));
}

TEST(ConnectionLimits, ZeroIsNone) {
  ConnectionLimits limits({.per_user = 0, .per_user_and_address = 0});
  std::vector<ConnectionLimits::Slot> slots;
  for (int i = 0; i < 1000; ++i) slots.push_back(limits.acquire(kWren, "::1").value());
}

TEST(ConnectionLimits, NamesOnlyTheMostUsedAddresses) {
  ConnectionLimits limits({.per_user = 7, .per_user_and_address = 0});
  std::vector<ConnectionLimits::Slot> slots;
  for (int i = 0; i < 6; ++i) {
    slots.push_back(limits.acquire(kWren, "192.0.2." + std::to_string(i)).value());
  }
  slots.push_back(limits.acquire(kWren, "192.0.2.3").value());
  const std::string detail = limits.acquire(kWren, "192.0.2.3").error().detail;
  EXPECT_NE(detail.find("from: 192.0.2.3 (2), "), std::string::npos) << detail;
  EXPECT_TRUE(detail.ends_with(" and 1 more")) << detail;
}

TEST(ConnectionLimits, CountsRightFromManyThreads) {
  ConnectionLimits limits({.per_user = 8, .per_user_and_address = 0});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&limits, t] {
        const std::string address = "192.0.2." + std::to_string(t % 3);
        for (int i = 0; i < 2000; ++i) EXPECT_TRUE(limits.acquire(kWren, address));
      });
    }
  }
  std::vector<ConnectionLimits::Slot> slots;
  for (int i = 0; i < 8; ++i) slots.push_back(limits.acquire(kWren, "::1").value());
  EXPECT_EQ(limits.acquire(kWren, "::1").error().detail,
            "Too many connections for this account (8). In use from: ::1 (8)");
}

}  // namespace
}  // namespace roost::auth
