#include "lmtp/trace.h"

#include <gtest/gtest.h>

namespace roost::lmtp {
namespace {

constexpr mail::InternalDate kDate{.unix_seconds = 1'700'000'000, .zone_minutes = 120};

TEST(Trace, ForOneRecipient) {
  const Path from{"bob", "example.com", "bob@example.com"};
  const Path to{"alice", "example.org", "alice@example.org"};
  EXPECT_EQ(trace_fields({.reverse_path = from,
                          .only_recipient = &to,
                          .client = "mx.example.org",
                          .peer_address = "192.0.2.1",
                          .hostname = "roost.example.org",
                          .protocol = "LMTP",
                          .id = "abc-1",
                          .date = kDate}),
            "Return-Path: <bob@example.com>\r\n"
            "Delivered-To: alice@example.org\r\n"
            "Received: from mx.example.org ([192.0.2.1])\r\n"
            "\tby roost.example.org with LMTP id abc-1\r\n"
            "\tfor <alice@example.org>;\r\n"
            "\tWed, 15 Nov 2023 00:13:20 +0200\r\n");
}

TEST(Trace, ForSeveralRecipientsNamesNone) {
  EXPECT_EQ(trace_fields({.reverse_path = {},
                          .only_recipient = nullptr,
                          .client = "mx",
                          .peer_address = "2001:db8::1",
                          .hostname = "roost",
                          .protocol = "UTF8LMTP",
                          .id = "abc-1",
                          .date = {.unix_seconds = -1, .zone_minutes = -210}}),
            "Return-Path: <>\r\n"
            "Received: from mx ([IPv6:2001:db8::1])\r\n"
            "\tby roost with UTF8LMTP id abc-1;\r\n"
            "\tWed, 31 Dec 1969 20:29:59 -0330\r\n");
}

TEST(Trace, OverAUnixSocketHasNoAddress) {
  const std::string fields = trace_fields({.reverse_path = {},
                                           .only_recipient = nullptr,
                                           .client = "mx",
                                           .peer_address = "unix",
                                           .hostname = "roost",
                                           .protocol = "LMTP",
                                           .id = "abc-1",
                                           .date = kDate});
  EXPECT_NE(fields.find("Received: from mx\r\n\tby roost "), std::string::npos) << fields;
}

}  // namespace
}  // namespace roost::lmtp
