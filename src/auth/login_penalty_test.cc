#include "auth/login_penalty.h"

#include <gtest/gtest.h>

namespace roost::auth {
namespace {

using namespace std::chrono_literals;

class LoginPenaltyTest : public testing::Test {
 protected:
  Clock::time_point time_{1h};
  LoginPenalty penalty_{[this] { return time_; }, 100};
};

TEST_F(LoginPenaltyTest, DoublesToItsCap) {
  EXPECT_EQ(penalty_.current("wren", "192.0.2.1"), 0ms);
  EXPECT_EQ(penalty_.failed("wren", "192.0.2.1"), 500ms);
  EXPECT_EQ(penalty_.failed("wren", "192.0.2.1"), 1s);
  EXPECT_EQ(penalty_.failed("Wren", "192.0.2.1"), 2s);
  for (int i = 0; i < 100; ++i) penalty_.failed("wren", "192.0.2.1");
  EXPECT_EQ(penalty_.current("wren", "192.0.2.1"), LoginPenalty::kMost);
}

TEST_F(LoginPenaltyTest, FollowsTheUserAndTheAddress) {
  penalty_.failed("wren", "192.0.2.1");
  EXPECT_EQ(penalty_.current("wren", "192.0.2.2"), 500ms);
  EXPECT_EQ(penalty_.current("rook", "192.0.2.1"), 500ms);
  EXPECT_EQ(penalty_.current("rook", "192.0.2.2"), 0ms);
}

TEST_F(LoginPenaltyTest, HalvesWithEveryQuietMinuteUntilItIsGone) {
  for (int i = 0; i < 3; ++i) penalty_.failed("wren", "192.0.2.1");
  time_ += 1min;
  EXPECT_EQ(penalty_.current("wren", "192.0.2.1"), 1s);
  time_ += 2min;
  EXPECT_EQ(penalty_.current("wren", "192.0.2.1"), 250ms);
  time_ += 1s;
  EXPECT_EQ(penalty_.current("wren", "192.0.2.1"), 0ms);
  EXPECT_EQ(penalty_.failed("wren", "192.0.2.1"), 500ms);
}

TEST_F(LoginPenaltyTest, ASuccessHalvesItAndDoesNotClearIt) {
  for (int i = 0; i < 4; ++i) penalty_.failed("wren", "192.0.2.1");
  penalty_.succeeded("rook", "192.0.2.1");
  EXPECT_EQ(penalty_.current("rook", "192.0.2.1"), 2s);
  EXPECT_EQ(penalty_.current("wren", "192.0.2.2"), 4s);
  penalty_.succeeded("wren", "192.0.2.2");
  EXPECT_EQ(penalty_.current("wren", "192.0.2.2"), 2s);
}

TEST_F(LoginPenaltyTest, LoopbackIsSlowedPerUserOnly) {
  for (const char* address : {"127.0.0.1", "::1", "unix"}) {
    penalty_.failed("wren", address);
    EXPECT_EQ(penalty_.current("rook", address), 0ms) << address;
  }
  EXPECT_EQ(penalty_.current("wren", "127.0.0.1"), 2s);
}

TEST_F(LoginPenaltyTest, ForgetsTheOldestWhenItIsFull) {
  for (int i = 0; i < 10'000; ++i) {
    penalty_.failed("user" + std::to_string(i),
                    "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  }
  EXPECT_EQ(penalty_.current("user0", "10.0.0.0"), 0ms);
  EXPECT_EQ(penalty_.current("user9999", "192.0.2.1"), 500ms);
}

TEST(NetworkOf, CountsAnIpv6NetworkAsOne) {
  EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:db8:1:2::1"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("fe80::1%eth0"), network_of("fe80::2"));
}

TEST(NetworkOf, IsEmptyForLoopbackAndWhatIsNoAddress) {
  for (const char* address : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "unix", ""}) {
    EXPECT_EQ(network_of(address), "") << address;
  }
}

}  // namespace
}  // namespace roost::auth
