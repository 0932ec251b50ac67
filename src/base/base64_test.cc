#include "base/base64.h"

#include <gtest/gtest.h>

#include <random>

namespace roost::base64 {
namespace {

// RFC 4648 section 10.
TEST(Base64, TestVectors) {
  const std::pair<const char*, const char*> kVectors[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [octets, text] : kVectors) {
    EXPECT_EQ(encode(octets), text);
    EXPECT_EQ(decode(text), octets);
  }
}

TEST(Base64, AllOctets) {
  std::string octets;
  for (int i = 0; i < 256; ++i) octets += static_cast<char>(i);
  EXPECT_EQ(decode(encode(octets)), octets);
  EXPECT_EQ(encode("\xfb\xff"), "+/8=");
}

TEST(Base64, OnlyTheOneEncodingIsAccepted) {
  for (const auto* text : {"Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zm9=", "Zm8=Zm8=",
                           "Zm 9v", "Zm9v\n", "Zm9-", "Zm9_", "Zm=v", "Zm9\xe9", "Z=g="}) {
    EXPECT_EQ(decode(text), std::nullopt) << text;
  }
}

TEST(Base64, WhatIsAcceptedIsWhatEncodeWrites) {
  std::mt19937 random(20260106);
  int accepted = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (int k = 0; k < 8; ++k) text += "AQZgw8v+/="[random() % 10];
    const auto octets = decode(text);
    if (!octets) continue;
    ++accepted;
    ASSERT_EQ(encode(*octets), text);
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace roost::base64
