#include "auth/password.h"

#include <gtest/gtest.h>

#include <string>

namespace roost::auth {
namespace {

using namespace std::string_literals;

// Known answers for "Wren & Rook", made by crypt(3) itself: what matters is which scheme is taken.
struct Known {
  const char* scheme;
  const char* prefix;
  const char* hash;
};

TEST(Password, HashesAreYescryptAndSalted) {
  const auto first = hash_password("a nest");
  const auto second = hash_password("a nest");
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(is_yescrypt(*first));
  EXPECT_NE(*first, *second);
  EXPECT_TRUE(verify_password(*first, "a nest").value());
  EXPECT_TRUE(verify_password("{CRYPT}" + *first, "a nest").value());
  EXPECT_FALSE(verify_password(*first, "a Nest").value());
  EXPECT_FALSE(verify_password(*first, "").value());
}

TEST(Password, ImpossiblePasswordsAreRefusedAndMatchNothing) {
  const std::string longest(kMaxPassword, 'x');
  for (const std::string& bad : {""s, longest + "x", "a\0b"s}) {
    EXPECT_EQ(hash_password(bad).error().code, ErrorCode::kInvalid);
    EXPECT_FALSE(verify_password("{PLAIN}" + bad, bad).value());
  }
  // crypt(3) would stop at the NUL and find that this is "a".
  const auto hash = hash_password("a");
  EXPECT_FALSE(verify_password(*hash, "a\0b"s).value());
  const auto hash_of_longest = hash_password(longest);
  ASSERT_TRUE(hash_of_longest);
  EXPECT_TRUE(verify_password(*hash_of_longest, longest).value());
}

TEST(Password, PlainIsComparedAsItIs) {
  EXPECT_TRUE(verify_password("{PLAIN}egg", "egg").value());
  EXPECT_TRUE(verify_password("{plain}egg", "egg").value());
  EXPECT_FALSE(verify_password("{PLAIN}egg", "eg").value());
  EXPECT_FALSE(verify_password("{PLAIN}egg", "eggs").value());
}

TEST(Password, UnknownSchemesAndBrokenHashesAreInvalid) {
  for (const char* field : {"{NEST}egg", "{SHA512-CRYPT", "{SHA512-CRYPT}$1$salt$hash", "{CRYPT}",
                            "", "*", "!!", "x", "{BLF-CRYPT}egg", "$9$salt$hash"}) {
    const auto imported = imported_hash(field);
    ASSERT_FALSE(imported) << field;
    EXPECT_EQ(imported.error().code, ErrorCode::kInvalid) << field;
    EXPECT_EQ(verify_password(field, "egg").error().code, ErrorCode::kInvalid) << field;
  }
  EXPECT_EQ(imported_hash("{NEST}egg").error().detail, "unknown password scheme {NEST}");
}

TEST(Password, ImportHashesPlainAndKeepsTheRest) {
  const auto quick = imported_hash("{PLAIN}egg");
  ASSERT_TRUE(quick);
  EXPECT_EQ(quick->find("egg"), std::string::npos);
  EXPECT_FALSE(is_yescrypt(*quick));
  EXPECT_TRUE(verify_password(*quick, "egg").value());
  EXPECT_EQ(imported_hash("{SHA512-CRYPT}" + *quick).value(), *quick);
  EXPECT_EQ(imported_hash(*quick).value(), *quick);
  EXPECT_EQ(imported_hash("{PLAIN}").error().code, ErrorCode::kInvalid);
}

class KnownHash : public testing::TestWithParam<Known> {};

TEST_P(KnownHash, Verifies) {
  const std::string hash = GetParam().hash;
  const std::string field = "{"s + GetParam().scheme + "}" + hash;
  EXPECT_TRUE(hash.starts_with(GetParam().prefix));
  EXPECT_TRUE(verify_password(field, "Wren & Rook").value());
  EXPECT_TRUE(verify_password(hash, "Wren & Rook").value());
  EXPECT_FALSE(verify_password(field, "Wren & rook").value());
  // The setting alone is what crypt(3) is given to make a hash; it matches no password.
  EXPECT_FALSE(verify_password(hash.substr(0, hash.rfind('$') + 1), "Wren & Rook").value_or(false));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(, KnownHash, testing::Values(
    Known{"SHA512-CRYPT", "$6$", "$6$plumage$DVNS9t4QqD5NBjNGj82/0VEgvU50mcbh8YqkWw7AQ1SeJ8UrjbUNwcO9ptU3.gkOnceul8/8xf3A.ciB7zh.d."},
    Known{"SHA256-CRYPT", "$5$", "$5$rounds=1000$plumage$39TP8U1XLAOss8NcfD0RlvUZFKwE73o5/nzrXLB7.h0"},
    Known{"BLF-CRYPT", "$2y$", "$2y$04$abcdefghijklmnopqrstuuMDL1n.SIFaJcA6cdl4emj57SWVLb3D."},
    Known{"MD5-CRYPT", "$1$", "$1$plumage$3JX3AZF409UMc8x/u1dHE/"},
    Known{"CRYPT", "", "QzPfMRXULX5dY"},
    Known{"crypt", "$y$", "$y$j75$plumage.$l4XWg4uhcpAFscpFmBPqCm6pj07ADuw/1AYpdmmbOs9"}
    ));
// clang-format on

}  // namespace
}  // namespace roost::auth
