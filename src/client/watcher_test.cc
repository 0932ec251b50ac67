// Waiting in one mailbox.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "client/talk.h"

namespace roost::client {
namespace {

using std::chrono::minutes;

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
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 IDLE\r\n");
  EXPECT_EQ(talk.hears("R5 BAD what?\r\n"), "");
  EXPECT_EQ(talk.later(minutes(5)), "R6 NOOP\r\n");
}

// "Mark all as read" by another, as the answer to DONE.
TEST(Watcher, AnAnswerMayTakeItsTimeAsLongAsItComes) {
  Talk talk;
  (void)talk.selects(9);
  (void)talk.hears("+ idling\r\n");
  EXPECT_EQ(talk.later(KeepAlive::kFirst), "DONE\r\n");
  for (int n = 1; n <= 9; ++n) {
    EXPECT_EQ(talk.later(Watcher::kProbe * 3 / 4), "");
    EXPECT_EQ(talk.hears("* " + std::to_string(n) + " FETCH (FLAGS (\\Seen))\r\n"), "");
  }
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 NOOP\r\n");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(talk.later(Watcher::kProbe * 3 / 4), "");
    (void)talk.hears("* OK Still here\r\n");  // that answers nothing
  }
  EXPECT_EQ(talk.problem(), ProblemKind::kSilent);
}

TEST(Watcher, AByeThatRefusesTheUserNeedsHim) {
  for (const auto& [code, kind] :
       {std::pair{"[EXPIRED] ", ProblemKind::kCredentials},
        std::pair{"[UNAVAILABLE] ", ProblemKind::kBusy}, std::pair{"", ProblemKind::kClosed}}) {
    Talk talk;
    (void)talk.selects(0);
    (void)talk.hears("+ idling\r\n* BYE " + std::string(code) + "enough\r\n");
    EXPECT_EQ(talk.problem(), kind);
  }
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

}  // namespace
}  // namespace roost::client
