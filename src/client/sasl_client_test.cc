#include "client/sasl_client.h"

#include <gtest/gtest.h>

namespace roost::client {
namespace {

TEST(SaslClient, Plain) {
  const auto plain = sasl_plain({.user = "tim", .secret = "tanstaaftanstaaf"});
  using namespace std::string_literals;
  EXPECT_EQ(plain->initial_response().view(), "\0tim\0tanstaaftanstaaf"s);
  EXPECT_FALSE(plain->respond("").has_value());
}

// RFC 7677 section 3
TEST(SaslClient, ScramSha256AsInTheRfc) {
  const auto scram =
      sasl_scram_sha_256({.user = "user", .secret = "pencil"}, "rOprNGfwEbeRWgbNEkqO").value();
  EXPECT_EQ(scram->initial_response().view(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(scram
                ->respond("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                          "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
                .value(),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_FALSE(scram->succeeded().has_value());
  EXPECT_EQ(scram->respond("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").value(), "");
  EXPECT_TRUE(scram->succeeded().has_value());
  EXPECT_FALSE(scram->respond("").has_value());
}

TEST(SaslClient, ScramSaysWhoCannotProveThatItKnowsThePassword) {
  const auto scram =
      sasl_scram_sha_256({.user = "user", .secret = "pencil"}, "rOprNGfwEbeRWgbNEkqO").value();
  ASSERT_TRUE(scram->respond("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
  EXPECT_EQ(scram->respond("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").error().code,
            ErrorCode::kUnauthenticated);
}

TEST(SaslClient, ScramPassesOnWhyItWasRefused) {
  const auto scram = sasl_scram_sha_256({.user = "u", .secret = "p"}, "abc").value();
  ASSERT_TRUE(scram->respond("r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
  EXPECT_EQ(scram->respond("e=invalid-proof").value(), "");
  EXPECT_EQ(scram->refusal(), "invalid-proof");
  EXPECT_FALSE(scram->succeeded().has_value());
}

TEST(SaslClient, ScramRefusesWhatIsMalformedOrUnreasonable) {
  for (const char* message :
       {"", "r=abcd", "r=abc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=xbcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=abcd,s=?,i=4096", "r=abcd,s=,i=4096",
        "r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1", "r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999",
        "r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001", "r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096x",
        "m=x,r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"}) {
    const auto scram = sasl_scram_sha_256({.user = "u", .secret = "p"}, "abc").value();
    EXPECT_FALSE(scram->respond(message).has_value()) << message;
  }
}

// RFC 4013 section 3
TEST(SaslClient, ScramPreparesNamesAndPasswords) {
  const auto first = [](std::string user) {
    auto scram = sasl_scram_sha_256({.user = std::move(user), .secret = "p"}, "x");
    return scram ? (*scram)->initial_response().string() : std::string("prohibited");
  };
  EXPECT_EQ(first("I\u00adX"), "n,,n=IX,r=x");
  EXPECT_EQ(first("\u00aa"), "n,,n=a,r=x");
  EXPECT_EQ(first("\u2168"), "n,,n=IX,r=x");
  EXPECT_EQ(first("a=b,c"), "n,,n=a=3Db=2Cc,r=x");
  EXPECT_EQ(first("\x07"), "prohibited");
  EXPECT_EQ(first("\u0627\x31"), "prohibited");
  EXPECT_EQ(first("\xff"), "prohibited");
  // RFC 5802: characters younger than Unicode 3.2 in a name, not in a password.
  EXPECT_EQ(first("\U0001f989"), "n,,n=\U0001f989,r=x");
  EXPECT_FALSE(sasl_scram_sha_256({.user = "u", .secret = "\U0001f989"}, "x").has_value());
}

TEST(SaslClient, NoncesDiffer) { EXPECT_NE(scram_nonce(), scram_nonce()); }

// RFC 7628 section 4.1
TEST(SaslClient, OAuthBearer) {
  const Credentials credentials{
      .user = "user@example.com", .secret = "vF9dft4qmT", .kind = Credentials::Kind::kToken};
  const auto bearer = sasl_oauthbearer(credentials, "server.example.com", 143);
  EXPECT_EQ(bearer->initial_response().view(),
            "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
            "auth=Bearer vF9dft4qmT\x01\x01");
  EXPECT_EQ(bearer->respond("{\"status\":\"invalid_token\"}").value(), "\x01");
  EXPECT_EQ(bearer->refusal(), "{\"status\":\"invalid_token\"}");
  EXPECT_FALSE(bearer->respond("").has_value());
}

TEST(SaslClient, XOAuth2) {
  const auto bearer = sasl_xoauth2(
      {.user = "someuser@example.com", .secret = "ya29.vF9", .kind = Credentials::Kind::kToken});
  EXPECT_EQ(bearer->initial_response().view(),
            "user=someuser@example.com\x01"
            "auth=Bearer ya29.vF9\x01\x01");
  EXPECT_EQ(bearer->respond("{}").value(), "");
}

}  // namespace
}  // namespace roost::client
