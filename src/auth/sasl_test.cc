#include "auth/sasl.h"

#include <gtest/gtest.h>

namespace roost::auth {
namespace {

using namespace std::string_literals;

Result<std::optional<Credentials>> plain(const std::string& message) {
  auto exchange = SaslExchange::start("PLAIN");
  return exchange->respond(message);
}

TEST(Sasl, KnowsItsMechanismsInAnyCase) {
  EXPECT_TRUE(SaslExchange::start("plain"));
  EXPECT_TRUE(SaslExchange::start("LOGIN"));
  EXPECT_FALSE(SaslExchange::start("GSSAPI"));
  EXPECT_FALSE(SaslExchange::start(""));
}

TEST(SaslPlain, Rfc4616Section4) {
  EXPECT_EQ(SaslExchange::start("PLAIN")->challenge(), "");
  const auto tim = plain("\0tim\0tanstaaftanstaaf"s);
  ASSERT_TRUE(tim && *tim);
  EXPECT_EQ((*tim)->name, "tim");
  EXPECT_EQ((*tim)->password, "tanstaaftanstaaf");
  EXPECT_EQ(plain("Ursel\0Kurt\0xipj3plmq"s).error().code, ErrorCode::kNoPermission);
}

TEST(SaslPlain, TheAuthorizationIdentityMayBeTheSame) {
  const auto wren = plain("Wren\0wren\0egg"s);
  ASSERT_TRUE(wren && *wren);
  EXPECT_EQ((*wren)->name, "wren");
}

TEST(SaslPlain, MalformedMessagesAreInvalid) {
  for (const std::string& message :
       {""s, "wren"s, "\0"s, "\0wren"s, "\0\0egg"s, "\0wren\0egg\0"s, "\0wren\0e\0gg"s}) {
    EXPECT_EQ(plain(message).error().code, ErrorCode::kInvalid) << testing::PrintToString(message);
  }
}

TEST(SaslPlain, AnEmptyPasswordIsForTheAuthenticatorToRefuse) {
  EXPECT_EQ((*plain("\0wren\0"s))->password, "");
}

TEST(SaslLogin, AsksForNameAndPassword) {
  auto exchange = SaslExchange::start("login");
  EXPECT_EQ(exchange->challenge(), "Username:");
  const auto more = exchange->respond("wren");
  ASSERT_TRUE(more);
  EXPECT_FALSE(*more);
  EXPECT_EQ(exchange->challenge(), "Password:");
  const auto done = exchange->respond("egg");
  ASSERT_TRUE(done && *done);
  EXPECT_EQ((*done)->name, "wren");
  EXPECT_EQ((*done)->password, "egg");
}

TEST(SaslLogin, AnEmptyNameIsInvalid) {
  EXPECT_EQ(SaslExchange::start("LOGIN")->respond("").error().code, ErrorCode::kInvalid);
}

TEST(SaslDecode, Responses) {
  EXPECT_EQ(decode_response("dGVzdAB0ZXN0AHRlc3Q=").value(), "test\0test\0test"s);
  EXPECT_EQ(decode_response("").value(), "");
  EXPECT_EQ(decode_response("*").error().code, ErrorCode::kCancelled);
  for (const char* bad : {"=AAA", "AAA=BBB", "AAA", "AA A", "A*==", "=", "dGVzdA==\r\n"}) {
    EXPECT_EQ(decode_response(bad).error().code, ErrorCode::kInvalid) << bad;
  }
}

TEST(SaslDecode, InitialResponses) {
  EXPECT_EQ(decode_initial_response("=").value(), "");
  EXPECT_EQ(decode_initial_response("d3Jlbg==").value(), "wren");
  EXPECT_EQ(decode_initial_response("").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(decode_initial_response("*").error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace roost::auth
