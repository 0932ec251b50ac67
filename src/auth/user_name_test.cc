#include "auth/user_name.h"

#include <gtest/gtest.h>

#include "store/account_name.h"

namespace roost::auth {
namespace {

TEST(UserName, AsciiIsKeptAsItIs) {
  EXPECT_EQ(prepare_user_name("Wren@example.org").value(), "Wren@example.org");
}

TEST(UserName, OneSpellingInUnicode) {
  EXPECT_EQ(prepare_user_name("zo\u0065\u0308").value(), "zo\u00eb");
  EXPECT_EQ(prepare_user_name("zo\u00eb").value(), "zo\u00eb");
}

TEST(UserName, WhatCannotBeANameIsInvalid) {
  for (const std::string& name :
       {std::string(), std::string("two words"), std::string("tab\t"), std::string("del\x7f"),
        std::string("nul\0x", 5), std::string("\xff\xfe"), std::string("\xc3"),
        std::string(store::kMaxAccountName + 1, 'x')}) {
    const auto prepared = prepare_user_name(name);
    ASSERT_FALSE(prepared) << name;
    EXPECT_EQ(prepared.error().code, ErrorCode::kInvalid);
  }
  EXPECT_TRUE(prepare_user_name(std::string(store::kMaxAccountName, 'x')));
}

TEST(UserName, MayNotGrowTooLongInNfc) {
  // U+FB2C is three octets, and six in NFC.
  std::string name;
  while (name.size() + 3 <= store::kMaxAccountName) name += "\uFB2C";
  EXPECT_FALSE(prepare_user_name(name));
}

}  // namespace
}  // namespace roost::auth
