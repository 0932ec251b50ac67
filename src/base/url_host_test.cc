#include "base/url_host.h"

#include <gtest/gtest.h>

namespace roost {
namespace {

TEST(UrlHost, Reads) {
  EXPECT_EQ(url_host("mail.example", 143), (UrlHost{"mail.example", 143}));
  EXPECT_EQ(url_host("mail.example:65535", 143), (UrlHost{"mail.example", 65535}));
  EXPECT_EQ(url_host("192.0.2.1:1", 143), (UrlHost{"192.0.2.1", 1}));
  EXPECT_EQ(url_host("[2001:db8::1]", 143), (UrlHost{"2001:db8::1", 143}));
  EXPECT_EQ(url_host("[::1]:993", 143), (UrlHost{"::1", 993}));
}

TEST(UrlHost, OthersAreNone) {
  for (const char* text :
       {"",  ":",    ":1", "h:",   "h:0",    "h:65536", "h:-1", "h:+1", "h:1x", "h:1:2", "::1",
        "[", "[::1", "[]", "[]:1", "[::1]1", "[::1]:",  "a b",  "u@h",  "h/x",  "h%41"}) {
    EXPECT_EQ(url_host(text, 143), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace roost
