// From the greeting to the first EXAMINE.
#include <gtest/gtest.h>

#include <string>

#include "base/base64.h"
#include "client/talk.h"

namespace roost::client {
namespace {

using std::chrono::seconds;

TEST(WatcherLogin, AsksForCapabilitiesThatAreNotSaid) {
  Talk talk;
  EXPECT_EQ(talk.hears("* OK ready\r\n"), "R1 CAPABILITY\r\n");
  EXPECT_EQ(talk.hears("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nR1 OK\r\n"),
            "R2 AUTHENTICATE PLAIN\r\n");
  EXPECT_EQ(talk.hears("+\r\n"), kPlain + "\r\n");
  EXPECT_EQ(talk.hears("R2 OK in\r\n"), "R3 CAPABILITY\r\n");
  EXPECT_EQ(talk.hears("* CAPABILITY IMAP4rev1\r\nR3 OK\r\n"), "R4 EXAMINE \"INBOX\"\r\n");
}

TEST(WatcherLogin, UsesWhatIsOfferedAfterwards) {
  Talk talk;
  (void)talk.hears(kReady);
  EXPECT_EQ(talk.hears("R1 OK [CAPABILITY IMAP4rev1 ID ENABLE CONDSTORE QRESYNC] in\r\n"),
            "R2 ID (\"name\" \"roost\" \"version\" \"0.1.0\")\r\n");
  EXPECT_EQ(talk.hears("* ID NIL\r\nR2 BAD no\r\n"), "R3 ENABLE QRESYNC\r\n");
  EXPECT_EQ(talk.hears("* ENABLED QRESYNC\r\nR3 OK\r\n"), "R4 EXAMINE \"INBOX\" (CONDSTORE)\r\n");
}

TEST(WatcherLogin, FallsBackToLoginWithLiterals) {
  auto settings = Talk::defaults();
  settings.login.credentials = {.user = "jörg", .secret = "a\"b\\c"};
  Talk talk(settings);
  EXPECT_EQ(talk.hears("* OK [CAPABILITY IMAP4rev1] ready\r\n"), "R1 LOGIN {5}\r\n");
  EXPECT_EQ(talk.hears("+ go on\r\n"), "jörg \"a\\\"b\\\\c\"\r\n");
  EXPECT_EQ(talk.hears("R1 NO [AUTHENTICATIONFAILED] wrong\r\n"), "");
  EXPECT_EQ(talk.problem(), ProblemKind::kCredentials);
  EXPECT_EQ(talk.watcher.problem()->text, "[AUTHENTICATIONFAILED] wrong");
}

TEST(WatcherLogin, LoginDisabledIsRespected) {
  Talk talk;
  EXPECT_EQ(talk.hears("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\r\n"), "");
  EXPECT_EQ(talk.problem(), ProblemKind::kMechanism);
}

TEST(WatcherLogin, ARefusalThatPassesIsNoWrongPassword) {
  for (const char* refusal : {"R1 NO [UNAVAILABLE] later\r\n", "R1 NO [LIMIT] enough\r\n",
                              "R1 NO [ALERT] Too many simultaneous connections. (Failure)\r\n",
                              "* BYE [UNAVAILABLE] shutting down\r\n"}) {
    Talk talk;
    (void)talk.hears(kReady);
    EXPECT_EQ(talk.hears(refusal), "") << refusal;
    EXPECT_EQ(talk.problem(), ProblemKind::kBusy) << refusal;
  }
}

TEST(WatcherLogin, StartTls) {
  auto settings = Talk::defaults();
  settings.login.security = Login::Security::kStartTls;
  Talk talk(settings);
  EXPECT_EQ(talk.hears("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"),
            "R1 STARTTLS\r\n");
  EXPECT_EQ(talk.hears("R1 OK begin\r\n"), "");
  EXPECT_EQ(talk.watcher.wish(), Watcher::Wish::kHandshake);
  talk.watcher.secured(talk.now);
  EXPECT_EQ(talk.watcher.wish(), Watcher::Wish::kNothing);
  EXPECT_EQ(talk.watcher.take_output().view(), "R2 CAPABILITY\r\n");
  EXPECT_EQ(talk.hears("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nR2 OK\r\n"),
            "R3 AUTHENTICATE PLAIN " + kPlain + "\r\n");
}

TEST(WatcherLogin, NothingIsToldWithoutTheTlsThatWasAskedFor) {
  for (const char* server :
       {"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n",
        "* PREAUTH [CAPABILITY IMAP4rev1] in\r\n",
        "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\nR1 NO broken\r\n",
        "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\nR1 OK begin\r\nR2 OK injected\r\n"}) {
    auto settings = Talk::defaults();
    settings.login.security = Login::Security::kStartTls;
    Talk talk(settings);
    const std::string said = talk.hears(server);
    EXPECT_TRUE(said.empty() || said == "R1 STARTTLS\r\n") << said;
    EXPECT_EQ(talk.problem(), ProblemKind::kInsecure) << server;
  }
}

TEST(WatcherLogin, ScramThenPlainWhereTheAccountHasNoScram) {
  Talk talk;
  const std::string first =
      talk.hears("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=SCRAM-SHA-256] ready\r\n");
  EXPECT_TRUE(first.starts_with("R1 AUTHENTICATE SCRAM-SHA-256 ")) << first;
  EXPECT_EQ(talk.hears("R1 NO no such mechanism for you\r\n"),
            "R2 AUTHENTICATE PLAIN " + kPlain + "\r\n");
}

TEST(WatcherLogin, PlainForAPasswordThatScramCannotTake) {
  for (const auto security : {Login::Security::kTls, Login::Security::kNone}) {
    auto settings = Talk::defaults();
    settings.login.security = security;
    settings.login.credentials.secret = "\U0001f989";
    Talk talk(settings);
    const std::string said =
        talk.hears("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=SCRAM-SHA-256] ready\r\n");
    const bool protected_by_tls = security == Login::Security::kTls;
    EXPECT_EQ(said.starts_with("R1 AUTHENTICATE PLAIN "), protected_by_tls) << said;
    EXPECT_EQ(talk.watcher.problem().has_value(), !protected_by_tls);
  }
}

TEST(WatcherLogin, NoPlainAfterScramHasBegun) {
  Talk talk;
  const std::string first =
      talk.hears("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=SCRAM-SHA-256] ready\r\n");
  const std::size_t at = first.rfind(' ') + 1;
  const std::string message = *base64::decode(first.substr(at, first.size() - at - 2));
  const std::string nonce = message.substr(message.find("r=") + 2);
  EXPECT_NE(talk.hears("+ " + base64::encode("r=" + nonce + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096") +
                       "\r\n"),
            "");
  EXPECT_EQ(talk.hears("R1 NO wrong\r\n"), "");
  EXPECT_EQ(talk.problem(), ProblemKind::kCredentials);
}

TEST(WatcherLogin, WithoutTlsThePasswordIsNotShown) {
  auto settings = Talk::defaults();
  settings.login.security = Login::Security::kNone;
  for (const char* host : {"mail.example", "127.evil.example", "128.0.0.1"}) {
    settings.login.host = host;
    for (const char* ready : {"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n",
                              "* OK [CAPABILITY IMAP4rev1] ready\r\n"}) {
      Talk talk(settings);
      EXPECT_EQ(talk.hears(ready), "");
      EXPECT_EQ(talk.problem(), ProblemKind::kInsecure);
    }
    Talk scram(settings);
    EXPECT_TRUE(scram.hears("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=SCRAM-SHA-256] ready\r\n")
                    .starts_with("R1 AUTHENTICATE SCRAM-SHA-256"));
    EXPECT_EQ(scram.hears("R1 NO not you\r\n"), "");
    EXPECT_EQ(scram.problem(), ProblemKind::kCredentials);
  }
  for (const char* host : {"localhost", "127.0.0.2", "::1"}) {
    settings.login.host = host;
    Talk talk(settings);
    EXPECT_EQ(talk.hears(kReady), "R1 AUTHENTICATE PLAIN " + kPlain + "\r\n");
  }
  settings.login.credentials.kind = Credentials::Kind::kToken;
  Talk token(settings);
  EXPECT_EQ(token.hears("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready\r\n"), "");
  EXPECT_EQ(token.problem(), ProblemKind::kInsecure);
  settings.login.credentials.kind = Credentials::Kind::kPassword;
  settings.login.host = "mail.example";
  settings.login.bare_password = true;
  Talk allowed(settings);
  EXPECT_EQ(allowed.hears(kReady), "R1 AUTHENTICATE PLAIN " + kPlain + "\r\n");
}

TEST(WatcherLogin, AServerThatSkipsItsScramProofIsNotTrusted) {
  Talk talk;
  (void)talk.hears("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256] ready\r\n");
  EXPECT_EQ(talk.hears("R1 OK in\r\n"), "");
  EXPECT_EQ(talk.problem(), ProblemKind::kCredentials);
}

TEST(WatcherLogin, TokensAndWhyTheyAreRefused) {
  auto settings = Talk::defaults();
  settings.login.credentials.kind = Credentials::Kind::kToken;
  Talk talk(settings);
  const std::string sent =
      talk.hears("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR] ready\r\n");
  EXPECT_TRUE(sent.starts_with("R1 AUTHENTICATE OAUTHBEARER ")) << sent;
  EXPECT_EQ(talk.hears("+ " + base64::encode("{\"status\":\"401\"}") + "\r\n"), "AQ==\r\n");
  (void)talk.hears("R1 NO failed\r\n");
  EXPECT_EQ(talk.problem(), ProblemKind::kCredentials);
  EXPECT_EQ(talk.watcher.problem()->text, "failed ({\"status\":\"401\"})");
}

TEST(WatcherLogin, EndlessTalkIsEnded) {
  std::string capability = "* CAPABILITY";
  for (int i = 0; i < 900; ++i) capability += " X" + std::to_string(i);
  Talk talk;
  for (int i = 0; i < 1'000 && !talk.watcher.problem(); ++i) (void)talk.hears(capability + "\r\n");
  EXPECT_EQ(talk.problem(), ProblemKind::kProtocol);
}

TEST(WatcherLogin, WhatIsNoImapServerIsSaid) {
  for (const char* greeting : {"HTTP/1.1 400 Bad Request\r\n", "* NO go away\r\n", "+\r\n"}) {
    Talk talk;
    EXPECT_EQ(talk.hears(greeting), "");
    if (talk.watcher.problem()) {
      EXPECT_EQ(talk.problem(), ProblemKind::kProtocol) << greeting;
    } else {
      EXPECT_EQ(talk.later(Watcher::kAnswer), "");
      EXPECT_EQ(talk.problem(), ProblemKind::kSilent) << greeting;
    }
  }
}

TEST(WatcherLogin, SilenceAtAnyPointIsNoticed) {
  for (const std::string& heard : {std::string(), kReady, kReady + "R1 OK [CAPABILITY X] in\r\n"}) {
    Talk talk;
    (void)talk.hears(heard);
    EXPECT_EQ(talk.watcher.deadline(), talk.now + Watcher::kAnswer);
    EXPECT_EQ(talk.later(Watcher::kAnswer - seconds(1)), "");
    EXPECT_FALSE(talk.watcher.problem().has_value());
    EXPECT_EQ(talk.later(seconds(1)), "");
    EXPECT_EQ(talk.problem(), ProblemKind::kSilent);
  }
}

}  // namespace
}  // namespace roost::client
