#include <gtest/gtest.h>

#include <random>
#include <string>

#include "mail/mailbox_name.h"

namespace roost::mail {
namespace {

struct Pair {
  const char* wire;
  const char* utf8;
};

class BothWays : public testing::TestWithParam<Pair> {};

TEST_P(BothWays, EncodesAndDecodes) {
  const auto& [wire, utf8] = GetParam();
  EXPECT_EQ(encode_modified_utf7(utf8), wire);
  EXPECT_EQ(decode_modified_utf7(wire).value(), utf8);
}

INSTANTIATE_TEST_SUITE_P(
    ModifiedUtf7, BothWays,
    testing::Values(Pair{"", ""}, Pair{"INBOX", "INBOX"}, Pair{"a b~", "a b~"}, Pair{"&-", "&"},
                    Pair{"R&-D/x", "R&D/x"}, Pair{"Entw&APw-rfe", "Entwürfe"},
                    Pair{"&APw-&-&APw-", "ü&ü"}, Pair{"&IKw-", "€"}, Pair{"&AOkA6Q-", "éé"},
                    Pair{"&AOkA6QDp-", "ééé"}, Pair{"&2D3eAA-", "😀"}, Pair{"&AAkAfw-", "\t\x7f"},
                    // RFC 3501 section 5.1.3
                    Pair{"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"}));

class Refused : public testing::TestWithParam<const char*> {};

TEST_P(Refused, IsInvalid) {
  const auto decoded = decode_modified_utf7(GetParam());
  ASSERT_FALSE(decoded.has_value()) << *decoded;
  EXPECT_EQ(decoded.error().code, ErrorCode::kInvalid);
}

INSTANTIATE_TEST_SUITE_P(ModifiedUtf7, Refused,
                         testing::Values("&",                   // no end
                                         "&AOk",                // no end
                                         "&AOk=-",              // padding
                                         "&U/BTFw-",            // "/" of ordinary base64
                                         "&AOk-&AOk-",          // should be one shift
                                         "&U,BTFw-&ZeVnLIqe-",  // the example of section 5.1.3
                                         "&Jjo!",               // the other example
                                         "&ACY-",               // "&" in base64
                                         "&AGEA6Q-",            // "a" in base64
                                         "&2D0-", "&3gA-",      // half a surrogate pair
                                         "&2D0AYQ-",            // and one followed by a letter
                                         "&AA-", "&A-"          // too few bits
                                         ));

TEST(ModifiedUtf7, LeftOverBitsAreRefused) {
  EXPECT_TRUE(decode_modified_utf7("&AOk-").has_value());
  EXPECT_FALSE(decode_modified_utf7("&AOl-").has_value());   // the last two bits are not zero
  EXPECT_FALSE(decode_modified_utf7("&AOkA-").has_value());  // an octet and more left over
}

TEST(ModifiedUtf7, OctetsThatAreNotPrintableAreRefused) {
  EXPECT_FALSE(decode_modified_utf7("Entw\xc3\xbcrfe").has_value());
  EXPECT_FALSE(decode_modified_utf7("a\tb").has_value());
  EXPECT_FALSE(decode_modified_utf7(std::string_view("a\0b", 3)).has_value());
  EXPECT_FALSE(decode_modified_utf7("a\x7f").has_value());
}

TEST(ModifiedUtf7, WhatIsNotUtf8BecomesTheReplacementCharacter) {
  EXPECT_EQ(encode_modified_utf7("a\xff"), "a&,,0-");
  EXPECT_EQ(decode_modified_utf7("a&,,0-").value(), "a\xef\xbf\xbd");
}

// Whatever is accepted is the one spelling of its name.
TEST(ModifiedUtf7, EachNameHasOneSpelling) {
  std::mt19937 random(20260102);
  constexpr std::string_view kOctets = "&&&--AOkA6QD2D3e,/+=aZ~ \x01\xff";
  int accepted = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string wire;
    const std::size_t length = random() % 12;
    for (std::size_t k = 0; k < length; ++k) wire += kOctets[random() % kOctets.size()];
    const auto name = decode_modified_utf7(wire);
    if (!name) continue;
    ++accepted;
    ASSERT_EQ(encode_modified_utf7(*name), wire);
  }
  EXPECT_GT(accepted, 1000);
}

TEST(ModifiedUtf7, EachNameComesBack) {
  std::mt19937 random(20260103);
  const std::u32string kCharacters = U"a&-/ é€日😀\u0001\U0010ffff";
  for (int i = 0; i < 20'000; ++i) {
    std::string utf8;
    const std::size_t length = random() % 8;
    for (std::size_t k = 0; k < length; ++k) {
      const char32_t c = kCharacters[random() % kCharacters.size()];
      if (c < 0x80) {
        utf8 += static_cast<char>(c);
      } else if (c < 0x800) {
        utf8 += {static_cast<char>(0xc0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3f))};
      } else if (c < 0x10000) {
        utf8 += {static_cast<char>(0xe0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3f)),
                 static_cast<char>(0x80 | (c & 0x3f))};
      } else {
        utf8 += {static_cast<char>(0xf0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3f)),
                 static_cast<char>(0x80 | ((c >> 6) & 0x3f)), static_cast<char>(0x80 | (c & 0x3f))};
      }
    }
    ASSERT_EQ(decode_modified_utf7(encode_modified_utf7(utf8)).value(), utf8);
  }
}

}  // namespace
}  // namespace roost::mail
