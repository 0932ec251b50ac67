#include "client/addresses.h"

#include <gtest/gtest.h>

#include <vector>

namespace roost::client {
namespace {

using Endpoint = Addresses::Endpoint;

Endpoint at(const char* address, unsigned short port = 993) {
  return {boost::asio::ip::make_address(address), port};
}

const std::vector<Endpoint> kFound = {at("2001:db8::1"), at("2001:db8::2"), at("192.0.2.1")};

TEST(Addresses, AreTriedAsTheSystemSortsThem) { EXPECT_EQ(Addresses().in_order(kFound), kFound); }

TEST(Addresses, WhatWasConnectedToLastIsTriedFirst) {
  Addresses addresses;
  addresses.connected(at("2001:db8::2"));
  addresses.connected(at("192.0.2.1"));
  EXPECT_EQ(addresses.in_order(kFound),
            (std::vector<Endpoint>{at("192.0.2.1"), at("2001:db8::1"), at("2001:db8::2")}));
}

TEST(Addresses, WhatTheNameNoLongerHasIsNotTried) {
  Addresses addresses;
  addresses.connected(at("192.0.2.9"));
  EXPECT_EQ(addresses.in_order(kFound), kFound);
}

}  // namespace
}  // namespace roost::client
