#include "client/watcher.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/base64.h"
#include "client/test_memory.h"

namespace roost::client {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const std::string kReady = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN IDLE] ready\r\n";
const std::string kPlain = base64::encode(std::string("\0u\0p", 4));

// A conversation: what the server says, what the watcher answers.
class Talk {
 public:
  explicit Talk(Watcher::Settings settings = defaults())
      : watcher(std::move(settings), told, keep_alive, now) {}

  static Watcher::Settings defaults() {
    Watcher::Settings settings;
    settings.login = {.host = "mail.example", .credentials = {.user = "u", .secret = "p"}};
    settings.mailboxes = {"INBOX"};
    return settings;
  }
  std::string hears(std::string_view octets) {
    watcher.receive(octets, now);
    return watcher.take_output().string();
  }
  std::string later(Duration by) {
    now += by;
    watcher.tick(now);
    return watcher.take_output().string();
  }
  // Logs in and selects a mailbox of so many messages, UIDs 1 and up; to the IDLE or the wait.
  std::string selects(int messages, const std::string& ready = kReady) {
    EXPECT_EQ(hears(ready), "R1 AUTHENTICATE PLAIN " + kPlain + "\r\n");
    const std::string capabilities = ready.substr(5, ready.find(']') - 4);
    EXPECT_EQ(hears("R1 OK " + capabilities + " in\r\n"), "R2 EXAMINE \"INBOX\"\r\n");
    std::string said = hears("* " + std::to_string(messages) +
                             " EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR2 OK done\r\n");
    if (messages == 0) return said;
    EXPECT_EQ(said, "R3 FETCH 1:" + std::to_string(messages) + " (UID FLAGS)\r\n");
    std::string list;
    for (int i = 1; i <= messages; ++i) {
      const std::string n = std::to_string(i);
      list += "* " + n + " FETCH (UID " + n + " FLAGS ())\r\n";
    }
    return hears(list + "R3 OK done\r\n");
  }
  [[nodiscard]] ProblemKind problem() const {
    EXPECT_TRUE(watcher.problem().has_value());
    EXPECT_EQ(watcher.wish(), Watcher::Wish::kClose);
    return watcher.problem() ? watcher.problem()->kind : ProblemKind::kUnreachable;
  }

  Time now{std::chrono::hours(100)};
  ToldByMailbox told;
  KeepAlive keep_alive;
  Watcher watcher;
};

std::vector<std::string> reported(Watcher& watcher) {
  std::vector<std::string> lines;
  for (const Event& event : watcher.take_events()) {
    std::string line = std::string(name_of(event.kind)) + " " + std::to_string(event.uid.value);
    for (const std::string& flag : event.flags) line += " " + flag;
    lines.push_back(std::move(line));
  }
  return lines;
}
using Lines = std::vector<std::string>;

// --- login ---

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

// --- waiting ---

TEST(Watcher, ReportsNothingOfWhatIsThereAtFirst) {
  Talk talk;
  EXPECT_EQ(talk.selects(3), "R4 IDLE\r\n");
  EXPECT_TRUE(talk.watcher.caught_up());
  EXPECT_EQ(reported(talk.watcher), Lines{});
  EXPECT_EQ(talk.told["INBOX"].uids.to_string(), "1:3");
}

TEST(Watcher, ReportsArrivalsFlagsAndExpunges) {
  Talk talk;
  (void)talk.selects(2);
  EXPECT_EQ(talk.hears("+ idling\r\n* 3 EXISTS\r\n* 1 RECENT\r\n"), "DONE\r\n");
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 FETCH 3 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 3 FETCH (FLAGS (\\Recent $x) UID 9)\r\nR5 OK\r\n"), "R6 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\n* 3 FETCH (FLAGS (\\Seen \\Deleted))\r\n* 1 EXPUNGE\r\n"), "");
  EXPECT_EQ(reported(talk.watcher),
            (Lines{"MessageNew 9 $x", "MessageRead 9 \\Seen", "MessageTrash 9 \\Deleted",
                   "FlagsClear 9 $x", "MessageExpunge 1"}));
}

// RFC 2177: what comes before "+" counts, and DONE waits for it.
TEST(Watcher, WhatComesBeforeTheContinuationIsNotLost) {
  Talk talk;
  (void)talk.selects(0);
  EXPECT_EQ(talk.hears("* 1 EXISTS\r\n"), "");
  EXPECT_EQ(talk.hears("+ idling\r\n"), "DONE\r\n");
  EXPECT_EQ(talk.hears("R3 OK\r\n"), "R4 FETCH 1 (UID FLAGS)\r\n");
}

TEST(Watcher, AServerMayEndIdleItself) {
  Talk talk;
  (void)talk.selects(0);
  EXPECT_EQ(talk.hears("+ idling\r\nR3 OK enough\r\n"), "R4 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\n* 1 EXISTS\r\n"), "DONE\r\n");
  // Both at once: DONE reaches a server that has ended IDLE, and is no command.
  EXPECT_EQ(talk.hears("R4 OK enough\r\nDONE BAD unknown\r\n"), "R5 FETCH 1 (UID FLAGS)\r\n");
}

TEST(Watcher, AServerThatEndsEachIdleAtOnceIsPolled) {
  Talk talk;
  EXPECT_EQ(talk.selects(0), "R3 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\nR3 OK\r\n"), "R4 IDLE\r\n");
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\nR5 OK\r\n"), "");
  EXPECT_EQ(talk.watcher.deadline(), talk.now + minutes(5));
  EXPECT_EQ(talk.later(minutes(5)), "R6 NOOP\r\n");
  EXPECT_EQ(talk.hears("R6 OK\r\n"), "R7 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\nR7 OK\r\n"), "");
  EXPECT_EQ(talk.later(minutes(5)), "R8 NOOP\r\n");
  EXPECT_EQ(talk.hears("R8 OK\r\n"), "R9 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\n"), "");
  (void)talk.later(Watcher::kShortIdle);
  EXPECT_EQ(talk.hears("R9 OK\r\n"), "R10 IDLE\r\n");
}

TEST(Watcher, RenewsAndAsksWhatWasForgotten) {
  Talk talk;
  (void)talk.selects(0);
  (void)talk.hears("+ idling\r\n");
  EXPECT_EQ(talk.watcher.deadline(), talk.now + KeepAlive::kFirst);
  EXPECT_EQ(talk.later(KeepAlive::kFirst), "DONE\r\n");
  EXPECT_EQ(talk.hears("R3 OK\r\n"), "R4 NOOP\r\n");
  EXPECT_EQ(talk.hears("* 1 EXISTS\r\nR4 OK\r\n"), "R5 FETCH 1 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (UID 1 FLAGS ())\r\nR5 OK\r\n"), "R6 IDLE\r\n");
  EXPECT_EQ(reported(talk.watcher), Lines{"MessageNew 1"});
}

TEST(Watcher, AConnectionProvesItselfByAnAnswer) {
  Talk talk;
  (void)talk.selects(0);
  (void)talk.hears("+ idling\r\n");
  EXPECT_TRUE(talk.watcher.caught_up());
  EXPECT_FALSE(talk.watcher.proved());
  (void)talk.later(KeepAlive::kFirst);
  EXPECT_FALSE(talk.watcher.proved());
  (void)talk.hears("R3 OK\r\n");
  EXPECT_TRUE(talk.watcher.proved());
}

TEST(Watcher, NoIdleLastsLongerThanTwentyNineMinutes) {
  Talk talk;
  (void)talk.selects(0);
  (void)talk.hears("+ idling\r\n");
  std::string said;
  Duration idled{};
  for (; said.empty() && idled < minutes(60); idled += minutes(1)) {
    (void)talk.hears("* OK Still here\r\n");
    said = talk.later(minutes(1));
  }
  EXPECT_EQ(said, "DONE\r\n");
  EXPECT_EQ(idled, minutes(29));
}

TEST(Watcher, ADeadConnectionIsNoticed) {
  Talk talk;
  (void)talk.selects(0);
  (void)talk.hears("+ idling\r\n");
  EXPECT_EQ(talk.later(KeepAlive::kFirst), "DONE\r\n");
  EXPECT_EQ(talk.later(Watcher::kProbe), "");
  EXPECT_EQ(talk.problem(), ProblemKind::kSilent);
  EXPECT_LT(talk.keep_alive.silence(talk.now), KeepAlive::kFirst);
}

TEST(Watcher, AResumedMachineAsksAtOnce) {
  Talk talk;
  (void)talk.selects(0);
  (void)talk.hears("+ idling\r\n");
  talk.watcher.probe(talk.now);
  EXPECT_EQ(talk.watcher.take_output().view(), "DONE\r\n");
  EXPECT_EQ(talk.later(std::chrono::hours(8)), "");
  EXPECT_EQ(talk.problem(), ProblemKind::kSilent);
}

// RFC 2177: "the client MUST NOT use the IDLE command and must poll".
TEST(Watcher, PollsWhereThereIsNoIdle) {
  Talk talk;
  EXPECT_EQ(talk.selects(0, "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n"), "");
  EXPECT_TRUE(talk.watcher.caught_up());
  EXPECT_EQ(talk.watcher.deadline(), talk.now + minutes(5));
  EXPECT_EQ(talk.later(minutes(5)), "R3 NOOP\r\n");
  EXPECT_EQ(talk.hears("* 1 EXISTS\r\nR3 OK\r\n"), "R4 FETCH 1 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (UID 4 FLAGS ())\r\nR4 OK\r\n"), "");
  EXPECT_EQ(talk.later(minutes(5)), "R5 NOOP\r\n");
  EXPECT_EQ(talk.later(Watcher::kProbe), "");
  EXPECT_EQ(talk.problem(), ProblemKind::kSilent);
}

TEST(Watcher, PollsWhereIdleIsRefused) {
  Talk talk;
  (void)talk.selects(0);
  EXPECT_EQ(talk.hears("R3 NO [LIMIT] not now\r\n"), "");
  EXPECT_EQ(talk.later(minutes(5)), "R4 NOOP\r\n");
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "");
}

TEST(Watcher, SaysLogoutWhenItIsStopped) {
  Talk talk;
  (void)talk.selects(0);
  (void)talk.hears("+ idling\r\n");
  talk.watcher.stop(talk.now);
  EXPECT_EQ(talk.watcher.take_output().view(), "DONE\r\n");
  EXPECT_EQ(talk.hears("R3 OK\r\n"), "R4 LOGOUT\r\n");
  EXPECT_EQ(talk.hears("* BYE\r\nR4 OK\r\n"), "");
  EXPECT_EQ(talk.watcher.wish(), Watcher::Wish::kClose);
  EXPECT_FALSE(talk.watcher.problem().has_value());
}

// --- catching up ---

TEST(Watcher, ResumesByQresync) {
  Talk talk;
  talk.told["INBOX"] = {
      .uid_validity = mail::UidValidity(7), .uid_next = mail::Uid(5), .modseq = mail::ModSeq(100)};
  for (std::uint32_t uid : {1, 2, 4}) talk.told["INBOX"].add(mail::Uid(uid), {});
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE ENABLE CONDSTORE QRESYNC] in\r\n");
  EXPECT_EQ(talk.hears("* ENABLED QRESYNC\r\nR2 OK\r\n"),
            "R3 EXAMINE \"INBOX\" (QRESYNC (7 100 1:2,4))\r\n");
  EXPECT_EQ(talk.hears("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 6] x\r\n"
                       "* OK [HIGHESTMODSEQ 120] x\r\n* VANISHED (EARLIER) 2\r\n"
                       "* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (110))\r\nR3 OK\r\n"),
            "R4 FETCH 2:3 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.told["INBOX"].modseq, mail::ModSeq(100));  // not all of it has been told yet
  EXPECT_EQ(talk.hears("* 2 FETCH (UID 4 FLAGS () MODSEQ (90))\r\n"
                       "* 3 FETCH (UID 5 FLAGS () MODSEQ (120))\r\nR4 OK\r\n"),
            "R5 IDLE\r\n");
  EXPECT_EQ(reported(talk.watcher),
            (Lines{"MessageExpunge 2", "MessageRead 1 \\Seen", "MessageNew 5"}));
  EXPECT_EQ(talk.told["INBOX"].modseq, mail::ModSeq(120));
}

// A connection that resumes UIDs 1:3 of INBOX, as of UIDNEXT 4 and mod-sequence 100; to EXAMINE.
class Resumed : public Talk {
 public:
  Resumed() {
    told["INBOX"] = {.uid_validity = mail::UidValidity(7),
                     .uid_next = mail::Uid(4),
                     .modseq = mail::ModSeq(100)};
    for (std::uint32_t uid : {1, 2, 3}) told["INBOX"].add(mail::Uid(uid), {});
    (void)hears(kReady);
    (void)hears("R1 OK [CAPABILITY IMAP4rev1 IDLE ENABLE CONDSTORE QRESYNC] in\r\n");
    (void)hears("* ENABLED QRESYNC\r\nR2 OK\r\n");
  }
};

TEST(Watcher, AResumptionIsCheckedByItsLastMessage) {
  const char* const kExamined =
      "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 5] x\r\n"
      "* OK [HIGHESTMODSEQ 120] x\r\nR3 OK\r\n";
  Resumed right;
  EXPECT_EQ(right.hears(kExamined), "R4 FETCH 3 (UID)\r\n");
  EXPECT_EQ(right.hears("* 3 FETCH (UID 3)\r\nR4 OK\r\n"), "R5 IDLE\r\n");
  EXPECT_EQ(reported(right.watcher), Lines{});
  // UID 1 is gone, 4 is new, and VANISHED was forgotten.
  Resumed wrong;
  EXPECT_EQ(wrong.hears(kExamined), "R4 FETCH 3 (UID)\r\n");
  EXPECT_EQ(wrong.hears("* 3 FETCH (UID 4)\r\nR4 OK\r\n"), "R5 NOOP\r\n");
  EXPECT_EQ(wrong.hears("R5 OK\r\n"), "R6 FETCH 1:3 (UID FLAGS)\r\n");
  EXPECT_EQ(wrong.hears("* 1 FETCH (UID 2 FLAGS ())\r\n* 2 FETCH (UID 3 FLAGS ())\r\n"
                        "* 3 FETCH (UID 4 FLAGS ())\r\nR6 OK\r\n"),
            "R7 FETCH 3 (UID FLAGS)\r\n");
  EXPECT_EQ(wrong.hears("* 3 FETCH (UID 4 FLAGS ())\r\nR7 OK\r\n"), "R8 IDLE\r\n");
  EXPECT_EQ(reported(wrong.watcher), (Lines{"MessageExpunge 1", "MessageNew 4"}));
  Resumed silent;
  EXPECT_EQ(silent.hears(kExamined), "R4 FETCH 3 (UID)\r\n");
  EXPECT_EQ(silent.hears("R4 OK\r\n"), "R5 NOOP\r\n");
}

TEST(Watcher, WhatComesBeforeUidvalidityMakesAResumptionDoubtful) {
  for (const char* early : {"* VANISHED (EARLIER) 2\r\n", "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n"}) {
    for (const bool closed : {false, true}) {
      Resumed talk;
      EXPECT_EQ(talk.hears(std::string(early) + (closed ? "* OK [CLOSED] x\r\n" : "") +
                           "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n"
                           "* OK [HIGHESTMODSEQ 120] x\r\nR3 OK\r\n"),
                closed ? "R4 IDLE\r\n" : "R4 NOOP\r\n");
      EXPECT_EQ(reported(talk.watcher), Lines{});
    }
  }
}

// RFC 7162 section 3.2.10: UIDs in VANISHED may be of messages that are long gone.
TEST(Watcher, VanishedMessagesThatNobodyKnowsAreNotCountedTwice) {
  struct Case {
    const char* vanished;
    const char* then;
  };
  for (const auto& [vanished, then] :
       {Case{"2,5:8", "R5 FETCH 3:4 (UID FLAGS)\r\n"},  // 2 was known, 5:8 are below the last
        Case{"11", "R5 FETCH 4 (UID FLAGS)\r\n"},       // one of the two that are new
        Case{"11:14", "R5 NOOP\r\n"}}) {
    Resumed talk;
    talk.told["INBOX"].remove({mail::Uid(3), mail::Uid(3)});
    talk.told["INBOX"].add(mail::Uid(10), {});
    talk.told["INBOX"].uid_next = mail::Uid(11);
    EXPECT_EQ(talk.hears("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 11] x\r\n"
                         "* OK [HIGHESTMODSEQ 100] x\r\nR3 OK\r\n"),
              "R4 IDLE\r\n");
    EXPECT_EQ(talk.hears("+ idling\r\n* 5 EXISTS\r\n* VANISHED " + std::string(vanished) + "\r\n"),
              "DONE\r\n");
    EXPECT_EQ(talk.hears("R4 OK\r\n"), then) << vanished;
  }
}

TEST(Watcher, AnotherUidvalidityIsAnotherMailbox) {
  Talk talk;
  talk.told["INBOX"] = {.uid_validity = mail::UidValidity(6)};
  talk.told["INBOX"].add(mail::Uid(1), {"\\Seen"});
  EXPECT_EQ(talk.selects(2), "R4 IDLE\r\n");
  EXPECT_EQ(reported(talk.watcher), Lines{"MailboxReset 0"});
  EXPECT_EQ(talk.told["INBOX"].uids.to_string(), "1:2");
}

TEST(Watcher, AMailboxThatIsClosedUnderACommandIsExaminedAnew) {
  for (const char* answer : {"R5 NO gone\r\n", "R5 OK done\r\n", "R5 NO [UIDNEXT 9] gone\r\n"}) {
    Talk talk;
    (void)talk.selects(3);
    (void)talk.hears("+ idling\r\n* 4 EXISTS\r\n");
    EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 FETCH 4 (UID FLAGS)\r\n");
    EXPECT_EQ(talk.hears("* OK [CLOSED] x\r\n"), "");
    EXPECT_EQ(talk.hears(answer), "R6 EXAMINE \"INBOX\"\r\n");
    EXPECT_EQ(reported(talk.watcher), Lines{}) << answer;
    EXPECT_EQ(talk.told["INBOX"].uids.to_string(), "1:3") << answer;
  }
}

TEST(Watcher, ModSequencesOfAClosedMailboxAreForgotten) {
  Talk talk;
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE CONDSTORE] in\r\n");
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ 5] x\r\n"
                       "R2 OK\r\n"),
            "R3 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\n* OK [HIGHESTMODSEQ 900] x\r\n* OK [CLOSED] x\r\n"),
            "DONE\r\n");
  EXPECT_EQ(talk.hears("R3 OK\r\n"), "R4 EXAMINE \"INBOX\" (CONDSTORE)\r\n");
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [HIGHESTMODSEQ 3] x\r\n"
                       "R4 OK\r\n"),
            "R5 IDLE\r\n");
  (void)talk.hears("+ idling\r\n");
  EXPECT_EQ(talk.later(KeepAlive::kFirst), "DONE\r\n");
  (void)talk.hears("R5 OK\r\n");
  EXPECT_EQ(talk.told["INBOX"].modseq, mail::ModSeq(3));
}

TEST(Watcher, AMailboxThatIsClosedUnderEachCommandIsLeft) {
  Talk talk;
  (void)talk.selects(3);
  std::string said = talk.hears("+ idling\r\n* 4 EXISTS\r\nR4 OK\r\n");
  for (int commands = 0; commands < 20 && !talk.watcher.problem(); ++commands) {
    const std::string tag = said.substr(said.find('R'), said.find(' ') - said.find('R'));
    const bool examines = said.contains("EXAMINE");
    said =
        talk.hears((examines ? "* 4 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n" : "* OK [CLOSED] x\r\n") +
                   tag + " OK done\r\n");
  }
  EXPECT_EQ(talk.problem(), ProblemKind::kProtocol);
}

TEST(Watcher, AMailboxThatIsNotThereNeedsTheUser) {
  Talk talk;
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n");
  (void)talk.hears("R2 NO [NONEXISTENT] no such mailbox\r\n");
  EXPECT_EQ(talk.problem(), ProblemKind::kMailbox);
}

// --- servers that lie ---

TEST(Watcher, AServerThatContradictsItselfIsLeft) {
  for (const char* lie :
       {"* 2 EXISTS\r\n", "* 5 EXPUNGE\r\n", "* OK [UIDVALIDITY 8] x\r\n", "* X {4294967296}\r\n",
        "* 1 FETCH (UID 1 ENVELOPE (NIL {4294967295}\r\nx"}) {
    for (const char* command : {"", "* 4 EXISTS\r\nR4 OK\r\n"}) {  // IDLE, FETCH
      Talk talk;
      (void)talk.selects(3);
      (void)talk.hears(std::string("+ idling\r\n") + command);
      const std::size_t before = test_memory::octets_in_use();
      (void)talk.hears(lie);
      EXPECT_EQ(talk.problem(), ProblemKind::kProtocol) << lie;
      EXPECT_EQ(talk.told["INBOX"].uids.to_string(), "1:3") << lie;
      EXPECT_LT(test_memory::octets_in_use(), before + 16 * 1'024) << lie;
    }
  }
}

TEST(Watcher, OfManyByesOneIsEnough) {
  std::string flood;
  for (int i = 0; i < 10'000; ++i) flood += "* BYE " + std::to_string(i) + "\r\n";
  for (const char* before : {"", "* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n"}) {
    Talk talk;
    (void)talk.hears(before);
    EXPECT_EQ(talk.hears(flood), "");
    EXPECT_EQ(talk.hears(flood), "");
    EXPECT_EQ(talk.problem(), ProblemKind::kClosed);
    EXPECT_EQ(talk.watcher.problem()->text, "0");
  }
  Talk stopped;
  (void)stopped.selects(0);
  stopped.watcher.stop(stopped.now);
  EXPECT_EQ(stopped.hears("+ idling\r\nR3 OK\r\n"), "DONE\r\nR4 LOGOUT\r\n");
  for (Duration waited{}; waited < Watcher::kAnswer; waited += seconds(10)) {
    EXPECT_EQ(stopped.watcher.wish(), Watcher::Wish::kNothing);
    (void)stopped.hears(flood);
    (void)stopped.later(seconds(10));
  }
  EXPECT_EQ(stopped.watcher.wish(), Watcher::Wish::kClose);
  EXPECT_FALSE(stopped.watcher.problem().has_value());
}

TEST(Watcher, ALineThatNeverEndsIsEnded) {
  const std::string more(16 * 1'024, 'x');
  for (const bool logged_in : {false, true}) {
    Talk talk;
    if (logged_in) (void)talk.selects(0);
    (void)talk.hears(logged_in ? "+ idling\r\n* CAPABILITY " : "* OK [CAPABILITY ");
    std::size_t octets = 0;
    for (; !talk.watcher.problem() && octets < (4U << 20); octets += more.size()) {
      (void)talk.hears(more);
    }
    EXPECT_EQ(talk.problem(), ProblemKind::kProtocol);
    EXPECT_LE(octets, (1U << 20) + more.size());
  }
}

TEST(Watcher, CapabilitiesThatNeverEndTakeNoMemory) {
  std::string capability = "* CAPABILITY";
  for (int i = 0; i < 900; ++i) capability += " X" + std::to_string(i);
  capability += "\r\n";
  Talk talk;
  (void)talk.selects(0);
  (void)talk.hears("+ idling\r\n" + capability);
  const std::size_t before = test_memory::octets_in_use();
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(talk.hears(capability), "");
  EXPECT_LE(test_memory::octets_in_use(), before + 1'024);
  EXPECT_EQ(talk.later(KeepAlive::kMost), "DONE\r\n");
  EXPECT_EQ(talk.hears(capability), "");
  EXPECT_EQ(talk.later(Watcher::kProbe), "");
  EXPECT_EQ(talk.problem(), ProblemKind::kSilent);
}

TEST(Watcher, AnExamineThatDoesNotCountTheMessagesIsNotBelieved) {
  for (const char* examined :
       {"* OK [UIDVALIDITY 7] x\r\nR2 OK\r\n",
        "* 3 EXISTS\r\n* OK [CLOSED] x\r\n* OK [UIDVALIDITY 7] x\r\nR2 OK\r\n"}) {
    Talk talk;
    talk.told["INBOX"] = {.uid_validity = mail::UidValidity(7)};
    talk.told["INBOX"].add(mail::Uid(1), {});
    (void)talk.hears(kReady);
    (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n");
    (void)talk.hears(examined);
    EXPECT_EQ(talk.problem(), ProblemKind::kProtocol);
    EXPECT_EQ(reported(talk.watcher), Lines{});
  }
}

TEST(Watcher, AnEmptyMailboxIsNotBelievedWhereSomethingCouldNotBeRead) {
  Talk talk;
  talk.told["INBOX"] = {.uid_validity = mail::UidValidity(7)};
  talk.told["INBOX"].add(mail::Uid(1), {});
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n");
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* 4294967296 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR2 OK\r\n"),
            "R3 NOOP\r\n");
  EXPECT_EQ(talk.hears("* 1 EXISTS\r\nR3 OK\r\n"), "R4 FETCH 1:1 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (UID 1 FLAGS ())\r\nR4 OK\r\n"), "R5 IDLE\r\n");
  EXPECT_EQ(reported(talk.watcher), Lines{});
}

TEST(Watcher, NewMessagesThatAreNotShownAreNotWaitedFor) {
  Talk talk;
  (void)talk.selects(0);
  std::string said = talk.hears("+ idling\r\n* 2 EXISTS\r\n");
  EXPECT_EQ(said, "DONE\r\n");
  said = talk.hears("R3 OK\r\n");
  for (int commands = 0; commands < 50 && !talk.watcher.problem(); ++commands) {
    const std::string tag = said.substr(0, said.find(' '));
    said = talk.hears(tag + " OK as you say\r\n");
  }
  EXPECT_EQ(talk.problem(), ProblemKind::kProtocol);
}

TEST(Watcher, WhatIsNotToldIsFetchedInPieces) {
  Talk talk;
  talk.told["INBOX"] = {.uid_validity = mail::UidValidity(7)};
  for (std::uint32_t uid : {2, 3, 5, 900}) talk.told["INBOX"].add(mail::Uid(uid), {});
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n");
  std::string said = talk.hears("* 900 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR2 OK\r\n");
  EXPECT_EQ(said, "R3 FETCH 1:900 (UID FLAGS)\r\n");
  const auto rows = [](int first, int last) {
    std::string text;
    for (int i = first; i <= last; ++i) {
      const std::string n = std::to_string(i);
      text += "* " + n + " FETCH (UID " + n + " FLAGS ())\r\n";
    }
    return text;
  };
  EXPECT_EQ(talk.hears(rows(1, 900) + "R3 OK\r\n"), "R4 FETCH 1,4,6:503 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears(rows(1, 1) + rows(4, 4) + rows(6, 503) + "* 901 EXISTS\r\nR4 OK\r\n"),
            "R5 FETCH 504:899,901 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears(rows(504, 899) + rows(901, 901) + "R5 OK\r\n"), "R6 IDLE\r\n");
  EXPECT_EQ(reported(talk.watcher).size(), 897U);
}

// The expunge of UID 1 was not attributed to anybody, so the numbers are one behind.
TEST(Watcher, AFetchWithoutUidIsNotTakenForAnotherMessages) {
  Talk talk;
  (void)talk.selects(3);
  EXPECT_EQ(talk.hears("+ idling\r\n* 4 EXISTS\r\n"), "DONE\r\n");
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 FETCH 4 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 EXPUNGE\r\n* 1 FETCH (FLAGS (\\Seen))\r\n"
                       "* 3 FETCH (UID 4 FLAGS ())\r\nR5 OK\r\n"),
            "R6 NOOP\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (FLAGS (\\Seen))\r\nR6 OK\r\n"), "R7 FETCH 1:3 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 2 FLAGS (\\Seen))\r\n"
                       "* 2 FETCH (UID 3 FLAGS ())\r\n* 3 FETCH (UID 4 FLAGS ())\r\n"
                       "R7 OK\r\n"),
            "R8 IDLE\r\n");
  EXPECT_EQ(reported(talk.watcher),
            (Lines{"MessageNew 4", "MessageRead 2 \\Seen", "MessageExpunge 1"}));
}

TEST(Watcher, ListsThatNeverEndAreEnded) {
  Talk talk;
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1] in\r\n");
  EXPECT_EQ(talk.hears("* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR2 OK\r\n"),
            "R3 FETCH 1:2 (UID FLAGS)\r\n");
  for (int uid = 1; uid < 5'000 && !talk.watcher.problem(); uid += 2) {
    (void)talk.hears("* 1 FETCH (UID " + std::to_string(uid) + " FLAGS ())\r\n");
  }
  EXPECT_EQ(talk.problem(), ProblemKind::kProtocol);
}

TEST(Watcher, AnAnswerThatDripsForEverIsEnded) {
  Talk talk;
  (void)talk.selects(1'000);
  (void)talk.hears("+ idling\r\n* 1001 EXISTS\r\n");
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 FETCH 1001 (UID FLAGS)\r\n");
  Duration waited{};
  for (; !talk.watcher.problem() && waited < std::chrono::hours(24); waited += seconds(50)) {
    (void)talk.hears("* 1 FETCH (FLAGS ())\r\n");
    (void)talk.later(seconds(50));
  }
  EXPECT_EQ(talk.problem(), ProblemKind::kSilent);
  EXPECT_EQ(waited, Watcher::kWholeAnswer);
}

// --- several mailboxes ---

TEST(Watcher, SeveralMailboxesByNotify) {
  auto settings = Talk::defaults();
  settings.mailboxes = {"INBOX", "Büro"};
  Talk talk(settings);
  (void)talk.hears(kReady);
  EXPECT_EQ(talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE NOTIFY] in\r\n"),
            "R2 NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange)) "
            "(mailboxes (\"INBOX\" \"B&APw-ro\") (MessageNew MessageExpunge FlagChange))\r\n");
  EXPECT_EQ(talk.hears("R2 OK\r\n"), "R3 EXAMINE \"INBOX\"\r\n");
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR3 OK\r\n"),
            "R4 EXAMINE \"B&APw-ro\"\r\n");
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\nR4 OK\r\n"),
            "R5 STATUS \"INBOX\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n");
  EXPECT_EQ(talk.hears("* STATUS inbox (MESSAGES 0 UIDVALIDITY 7)\r\nR5 OK\r\n"), "R6 IDLE\r\n");
  EXPECT_TRUE(talk.watcher.caught_up());
  EXPECT_EQ(talk.hears("+ idling\r\n* STATUS INBOX (UIDNEXT 2 MESSAGES 1)\r\n"), "DONE\r\n");
  EXPECT_EQ(talk.hears("R6 OK\r\n"), "R7 EXAMINE \"INBOX\"\r\n");
}

TEST(Watcher, AStatusThatIsRefusedIsSaidLikeARefusedExamine) {
  auto settings = Talk::defaults();
  settings.mailboxes = {"a", "b", "c"};
  Talk talk(settings);
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE NOTIFY] in\r\nR2 OK\r\n");
  const std::string examined = "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n";
  (void)talk.hears(examined + "R3 OK\r\n" + examined + "R4 OK\r\n" + examined);
  EXPECT_EQ(talk.hears("R5 OK\r\n"), "R6 STATUS \"a\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n");
  EXPECT_EQ(talk.hears("R6 NO [NOPERM] not yours\r\n"),
            "R7 STATUS \"b\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n");
  EXPECT_EQ(talk.watcher.take_notices(),
            (std::vector<Problem>{{ProblemKind::kMailbox, "a: [NOPERM] not yours"}}));
  EXPECT_EQ(talk.watcher.mailboxes(), (Lines{"b", "c"}));
  EXPECT_EQ(talk.hears("* STATUS b (MESSAGES 0 UIDVALIDITY 7)\r\nR7 OK\r\n"), "R8 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\n* STATUS a (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7)\r\n"), "");
}

TEST(Watcher, AStatusThatIsRefusedForNowEndsTheConnection) {
  for (const auto& [refusal, kind] : {std::pair{"NO [UNAVAILABLE] later", ProblemKind::kBusy},
                                      std::pair{"BAD what?", ProblemKind::kProtocol}}) {
    auto settings = Talk::defaults();
    settings.mailboxes = {"a", "b"};
    Talk talk(settings);
    (void)talk.hears(kReady);
    (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE NOTIFY] in\r\nR2 OK\r\n");
    const std::string examined = "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n";
    (void)talk.hears(examined + "R3 OK\r\n" + examined + "R4 OK\r\nR5 " + refusal + "\r\n");
    EXPECT_EQ(talk.problem(), kind);
  }
}

// RFC 5465 section 5.8
TEST(Watcher, NotifyThatOverflowsTwiceIsGivenUp) {
  auto settings = Talk::defaults();
  settings.mailboxes = {"INBOX", "a"};
  Talk talk(settings);
  (void)talk.hears(kReady);
  EXPECT_TRUE(
      talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE NOTIFY] in\r\n").starts_with("R2 NOTIFY "));
  EXPECT_EQ(talk.hears("R2 OK\r\n* OK [NOTIFICATIONOVERFLOW] x\r\n"), "R3 EXAMINE \"INBOX\"\r\n");
  EXPECT_TRUE(
      talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR3 OK\r\n").starts_with("R4 NOTIFY "));
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 EXAMINE \"a\"\r\n");
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [NOTIFICATIONOVERFLOW] x\r\n"),
            "");
  EXPECT_EQ(talk.watcher.take_left_over(), Lines{});
  EXPECT_EQ(talk.hears("R5 OK\r\n"), "R6 EXAMINE \"INBOX\"\r\n");
  EXPECT_EQ(talk.watcher.take_left_over(), Lines{"a"});
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR6 OK\r\n"), "R7 IDLE\r\n");
  EXPECT_TRUE(talk.watcher.caught_up());
}

TEST(Watcher, SeveralMailboxesWithoutNotifyNeedMoreConnections) {
  for (const char* answer : {"R1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n",
                             "R1 OK [CAPABILITY IMAP4rev1 IDLE NOTIFY] in\r\nR2 NO too much\r\n"}) {
    auto settings = Talk::defaults();
    settings.mailboxes = {"INBOX", "a", "b"};
    Talk talk(settings);
    (void)talk.hears(kReady);
    EXPECT_TRUE(talk.hears(answer).ends_with(" EXAMINE \"INBOX\"\r\n"));
    EXPECT_EQ(talk.watcher.take_left_over(), (Lines{"a", "b"}));
  }
}

TEST(Watcher, OneMailboxThatIsGoneDoesNotStopTheOthers) {
  auto settings = Talk::defaults();
  settings.mailboxes = {"gone", "a"};
  Talk talk(settings);
  (void)talk.hears(kReady);
  EXPECT_EQ(talk.hears("R1 OK [CAPABILITY IMAP4rev1] in\r\n"), "R2 EXAMINE \"gone\"\r\n");
  EXPECT_EQ(talk.hears("R2 NO no such mailbox\r\n"), "R3 EXAMINE \"a\"\r\n");
  EXPECT_EQ(talk.watcher.take_notices(),
            (std::vector<Problem>{{ProblemKind::kMailbox, "gone: no such mailbox"}}));
}

TEST(Watcher, NothingSelectedIsNothingMissed) {
  auto settings = Talk::defaults();
  settings.mailboxes = {"a", "gone"};
  Talk talk(settings);
  (void)talk.hears(kReady);
  EXPECT_EQ(talk.hears("R1 OK [CAPABILITY IMAP4rev1] in\r\n"), "R2 EXAMINE \"a\"\r\n");
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR2 OK\r\n"),
            "R3 EXAMINE \"gone\"\r\n");
  EXPECT_FALSE(talk.watcher.caught_up());
  EXPECT_EQ(talk.hears("R3 NO no such mailbox\r\n"), "");
  EXPECT_TRUE(talk.watcher.caught_up());
  EXPECT_EQ(talk.later(minutes(5)), "R4 NOOP\r\n");
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 EXAMINE \"a\"\r\n");
}

TEST(Watcher, EachTurnBeginsWithTheMailboxThatIsSelected) {
  auto settings = Talk::defaults();
  settings.mailboxes = {"a", "b"};
  Talk talk(settings);
  (void)talk.hears(kReady);
  EXPECT_EQ(talk.hears("R1 OK [CAPABILITY IMAP4rev1] in\r\n"), "R2 EXAMINE \"a\"\r\n");
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR2 OK\r\n"),
            "R3 EXAMINE \"b\"\r\n");
  EXPECT_EQ(talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\nR3 OK\r\n"), "");
  EXPECT_EQ(talk.later(minutes(5)), "R4 NOOP\r\n");
  EXPECT_EQ(talk.hears("* 1 EXISTS\r\nR4 OK\r\n"), "R5 FETCH 1 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (UID 3 FLAGS ())\r\nR5 OK\r\n"), "R6 EXAMINE \"a\"\r\n");
  EXPECT_EQ(reported(talk.watcher), Lines{"MessageNew 3"});
}

}  // namespace
}  // namespace roost::client
