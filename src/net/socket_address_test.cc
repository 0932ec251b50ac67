#include "net/socket_address.h"

#include <gtest/gtest.h>

namespace roost::net {
namespace {

TEST(SocketAddressTest, ReadsAndShowsWhatMayBeConfigured) {
  for (const std::string text : {"127.0.0.1:143", "0.0.0.0:0", "[::1]:993", "[2001:db8::7]:65535",
                                 "*:143", "unix:/run/roost/lmtp.sock"}) {
    const auto address = SocketAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
  }
}

TEST(SocketAddressTest, RefusesWhatIsNoAddress) {
  for (const std::string text :
       {"", "143", ":143", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:1x", "127.0.0:1:143", "::1:143", "[::1]", "[::1:143", "[]:143", "[*]:143",
        "mail.example:143", "unix:", "*"}) {
    const auto address = SocketAddress::parse(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalid);
  }
  EXPECT_FALSE(SocketAddress::parse("unix:/" + std::string(200, 'x')));
}

TEST(SocketAddressTest, KnowsLoopback) {
  for (const std::string text :
       {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "unix:/x"}) {
    EXPECT_TRUE(SocketAddress::parse(text)->is_loopback()) << text;
  }
  for (const std::string text : {"128.0.0.1:1", "[::2]:1", "[::ffff:192.0.2.1]:1", "*:1"}) {
    EXPECT_FALSE(SocketAddress::parse(text)->is_loopback()) << text;
  }
}

TEST(SocketAddressTest, ShowsAnIpv4AddressInsideAnIpv6OneAsWhatItIs) {
  EXPECT_EQ(SocketAddress::parse("[::ffff:192.0.2.1]:1")->host(), "192.0.2.1");
}

}  // namespace
}  // namespace roost::net
