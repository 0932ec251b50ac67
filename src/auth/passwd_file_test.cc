#include "auth/passwd_file.h"

#include <gtest/gtest.h>

#include "auth/password.h"

namespace roost::auth {
namespace {

constexpr std::string_view kHash =
    "$6$plumage$DVNS9t4QqD5NBjNGj82/0VEgvU50mcbh8YqkWw7AQ1SeJ8UrjbUNwcO9ptU3.gkOnceul8/8xf3A."
    "ciB7zh.d.";

std::string refusal(std::string_view text) {
  const auto parsed = parse_passwd_file(text);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, ErrorCode::kInvalid);
  return parsed.error().detail;
}

TEST(PasswdFile, TakesNameAndPasswordAndNoMore) {
  const std::string hash(kHash);
  const auto parsed = parse_passwd_file(
      "# users\n\nwren:{SHA512-CRYPT}" + hash +
      ":1000:1000::/home/wren::userdb_quota=1G\r\nRook@nest:" + hash + "\nkite:{PLAIN}egg");
  ASSERT_TRUE(parsed) << parsed.error().detail;
  ASSERT_EQ(parsed->size(), 3U);
  EXPECT_EQ((*parsed)[0], std::pair(std::string("wren"), hash));
  EXPECT_EQ((*parsed)[1], std::pair(std::string("Rook@nest"), hash));
  EXPECT_EQ((*parsed)[2].first, "kite");
  EXPECT_TRUE(verify_password((*parsed)[2].second, "egg").value());
}

TEST(PasswdFile, NothingInNothingOut) {
  EXPECT_TRUE(parse_passwd_file("").value().empty());
  EXPECT_TRUE(parse_passwd_file("\n#wren:{PLAIN}egg\n").value().empty());
}

TEST(PasswdFile, ABadLineIsNamed) {
  EXPECT_EQ(refusal("wren:{PLAIN}egg\nrook\n"), "line 2: no \":\" after the user name");
  EXPECT_EQ(refusal("\n# x\nwren:{NEST}egg"), "line 3: unknown password scheme {NEST}");
  EXPECT_EQ(refusal("wren:{PLAIN}\n"), "line 1: the password is empty");
  EXPECT_EQ(refusal("wren:\n"), "line 1: not a password hash of scheme CRYPT");
  EXPECT_EQ(refusal(":{PLAIN}egg\n"), "line 1: the account name is empty");
  EXPECT_NE(refusal("a wren:{PLAIN}egg\n"), "");
  EXPECT_EQ(refusal("wren:{PLAIN}a\nWREN:{PLAIN}b\n"), "line 2: WREN is on line 1 too");
}

}  // namespace
}  // namespace roost::auth
