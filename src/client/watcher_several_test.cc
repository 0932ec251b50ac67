// Several mailboxes: by NOTIFY, by more connections, or in turn.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "client/talk.h"

namespace roost::client {
namespace {

using std::chrono::minutes;

TEST(WatcherSeveral, SeveralMailboxesByNotify) {
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

TEST(WatcherSeveral, AStatusThatIsRefusedIsSaidLikeARefusedExamine) {
  auto settings = Talk::defaults();
  settings.mailboxes = {"a", "b", "c"};
  Talk talk(settings);
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE NOTIFY] in\r\n");
  EXPECT_EQ(talk.hears("R2 OK\r\n"), "R3 EXAMINE \"a\"\r\n");
  const std::string examined = "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n";
  EXPECT_EQ(talk.hears(examined + "R3 OK\r\n"), "R4 EXAMINE \"b\"\r\n");
  EXPECT_EQ(talk.hears(examined + "R4 OK\r\n"),
            "R5 STATUS \"a\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n");
  EXPECT_EQ(talk.hears("R5 NO [NOPERM] not yours\r\n"), "R6 EXAMINE \"c\"\r\n");
  EXPECT_EQ(talk.watcher.take_notices(),
            (std::vector<Problem>{{ProblemKind::kMailbox, "a: [NOPERM] not yours"}}));
  EXPECT_EQ(talk.watcher.mailboxes(), (Lines{"b", "c"}));
  EXPECT_EQ(talk.hears(examined + "R6 OK\r\n"),
            "R7 STATUS \"b\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n");
  EXPECT_EQ(talk.hears("* STATUS b (MESSAGES 0 UIDVALIDITY 7)\r\nR7 OK\r\n"), "R8 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\n* STATUS a (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7)\r\n"), "");
}

TEST(WatcherSeveral, AStatusThatIsRefusedForNowEndsTheConnection) {
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
TEST(WatcherSeveral, NotifyThatOverflowsTwiceIsGivenUp) {
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

TEST(WatcherSeveral, SeveralMailboxesWithoutNotifyNeedMoreConnections) {
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

TEST(WatcherSeveral, OneMailboxThatIsGoneDoesNotStopTheOthers) {
  auto settings = Talk::defaults();
  settings.mailboxes = {"gone", "a"};
  Talk talk(settings);
  (void)talk.hears(kReady);
  EXPECT_EQ(talk.hears("R1 OK [CAPABILITY IMAP4rev1] in\r\n"), "R2 EXAMINE \"gone\"\r\n");
  EXPECT_EQ(talk.hears("R2 NO no such mailbox\r\n"), "R3 EXAMINE \"a\"\r\n");
  EXPECT_EQ(talk.watcher.take_notices(),
            (std::vector<Problem>{{ProblemKind::kMailbox, "gone: no such mailbox"}}));
}

TEST(WatcherSeveral, NothingSelectedIsNothingMissed) {
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

TEST(WatcherSeveral, EachTurnBeginsWithTheMailboxThatIsSelected) {
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

class WatcherInTurn : public ::testing::Test {
 protected:
  static Watcher::Settings settings(std::vector<std::string> mailboxes) {
    auto settings = Talk::defaults();
    settings.mailboxes = std::move(mailboxes);
    settings.in_turn = true;
    return settings;
  }
  // To the answer to the login, where there is IDLE.
  static std::string logs_in(Talk& talk) {
    (void)talk.hears(kReady);
    return talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n");
  }
  // The EXAMINE of an empty mailbox is answered.
  static std::string examined(Talk& talk, const std::string& tag) {
    return talk.hears("* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n" + tag + " OK\r\n");
  }
  // To the IDLE, R5, between two turns.
  static void caught_up_with_two(Talk& talk) {
    (void)logs_in(talk);
    (void)examined(talk, "R2");
    (void)examined(talk, "R3");
    EXPECT_EQ(examined(talk, "R4"), "R5 IDLE\r\n");
  }
};

TEST_F(WatcherInTurn, TheFirstHasIdleBetweenTheTurns) {
  Talk talk(settings({"a", "b", "c"}));
  EXPECT_EQ(logs_in(talk), "R2 EXAMINE \"a\"\r\n");
  EXPECT_EQ(examined(talk, "R2"), "R3 EXAMINE \"b\"\r\n");
  EXPECT_EQ(examined(talk, "R3"), "R4 EXAMINE \"c\"\r\n");
  EXPECT_EQ(examined(talk, "R4"), "R5 EXAMINE \"a\"\r\n");
  EXPECT_EQ(examined(talk, "R5"), "R6 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\n"), "");
  EXPECT_TRUE(talk.watcher.caught_up());
  EXPECT_EQ(talk.watcher.take_left_over(), Lines{});
  EXPECT_EQ(talk.later(minutes(5)), "DONE\r\n");
  EXPECT_EQ(talk.hears("R6 OK\r\n"), "R7 NOOP\r\n");
  EXPECT_EQ(talk.hears("R7 OK\r\n"), "R8 EXAMINE \"b\"\r\n");
  EXPECT_EQ(talk.hears("* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR8 OK\r\n"),
            "R9 FETCH 1:1 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (UID 3 FLAGS ())\r\nR9 OK\r\n"), "R10 FETCH 1 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (UID 3 FLAGS ())\r\nR10 OK\r\n"), "R11 EXAMINE \"c\"\r\n");
  EXPECT_EQ(reported(talk.watcher), Lines{"MessageNew 3"});
  EXPECT_EQ(examined(talk, "R11"), "R12 EXAMINE \"a\"\r\n");
  EXPECT_EQ(examined(talk, "R12"), "R13 IDLE\r\n");
}

TEST_F(WatcherInTurn, WhatTheFirstTellsDoesNotPutOffTheTurn) {
  Talk talk(settings({"a", "b"}));
  caught_up_with_two(talk);
  (void)talk.hears("+ idling\r\n");
  EXPECT_EQ(talk.later(minutes(4)), "");
  EXPECT_EQ(talk.hears("* 1 EXISTS\r\n"), "DONE\r\n");
  EXPECT_EQ(talk.hears("R5 OK\r\n"), "R6 FETCH 1 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (UID 3 FLAGS ())\r\nR6 OK\r\n"), "R7 IDLE\r\n");
  (void)talk.hears("+ idling\r\n");
  EXPECT_EQ(reported(talk.watcher), Lines{"MessageNew 3"});
  EXPECT_EQ(talk.later(minutes(1)), "DONE\r\n");
  EXPECT_EQ(talk.hears("R7 OK\r\n"), "R8 NOOP\r\n");
  EXPECT_EQ(talk.hears("R8 OK\r\n"), "R9 EXAMINE \"b\"\r\n");
}

TEST_F(WatcherInTurn, AnImportIntoTheFirstDoesNotPutOffTheTurn) {
  Talk talk(settings({"a", "b"}));
  caught_up_with_two(talk);
  talk.now += minutes(5);
  EXPECT_EQ(talk.hears("+ idling\r\n* 1 EXISTS\r\n"), "DONE\r\n");
  EXPECT_EQ(talk.hears("R5 OK\r\n"), "R6 FETCH 1 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (UID 3 FLAGS ())\r\nR6 OK\r\n"), "R7 NOOP\r\n");
  EXPECT_EQ(talk.hears("R7 OK\r\n"), "R8 EXAMINE \"b\"\r\n");
}

TEST_F(WatcherInTurn, WhatWasLeftOverIsTakenBack) {
  auto one = settings({"a", "b", "c"});
  one.in_turn = false;
  Talk talk(one);
  EXPECT_EQ(logs_in(talk), "R2 EXAMINE \"a\"\r\n");
  EXPECT_EQ(talk.watcher.mailboxes(), Lines{"a"});
  talk.watcher.set_in_turn(true);
  talk.watcher.add("b", talk.now);
  EXPECT_EQ(talk.watcher.take_left_over(), Lines{});
  EXPECT_EQ(talk.watcher.mailboxes(), (Lines{"a", "b", "c"}));
  EXPECT_EQ(examined(talk, "R2"), "R3 EXAMINE \"b\"\r\n");
}

TEST_F(WatcherInTurn, WhoHasGivenAwayAllOthersLeavesWhatIsAdded) {
  Talk talk(settings({"a", "b"}));
  (void)logs_in(talk);
  EXPECT_EQ(talk.watcher.give_away(talk.now), "b");
  talk.watcher.set_in_turn(false);
  talk.watcher.add("c", talk.now);
  EXPECT_EQ(talk.watcher.take_left_over(), Lines{"c"});
  EXPECT_EQ(talk.watcher.mailboxes(), Lines{"a"});
}

TEST_F(WatcherInTurn, WhereIdleIsRefusedAllAreAsked) {
  Talk talk(settings({"a", "b"}));
  caught_up_with_two(talk);
  EXPECT_EQ(talk.hears("R5 NO not now\r\n"), "");
  EXPECT_TRUE(talk.watcher.caught_up());
  EXPECT_EQ(talk.later(minutes(5)), "R6 NOOP\r\n");
  EXPECT_EQ(talk.hears("R6 OK\r\n"), "R7 EXAMINE \"b\"\r\n");
}

TEST_F(WatcherInTurn, ASingleOneIsNotDisturbedUntilThereIsAnother) {
  auto often = settings({"a"});
  often.poll = minutes(3);
  Talk talk(often);
  EXPECT_EQ(logs_in(talk), "R2 EXAMINE \"a\"\r\n");
  EXPECT_EQ(examined(talk, "R2"), "R3 IDLE\r\n");
  EXPECT_EQ(talk.hears("+ idling\r\n"), "");
  EXPECT_EQ(talk.later(minutes(4)), "");
  talk.watcher.add("b", talk.now);
  EXPECT_EQ(talk.watcher.take_output().string(), "DONE\r\n");
  EXPECT_FALSE(talk.watcher.caught_up());
  EXPECT_EQ(talk.hears("R3 OK\r\n"), "R4 EXAMINE \"b\"\r\n");
  EXPECT_EQ(examined(talk, "R4"), "R5 EXAMINE \"a\"\r\n");
  EXPECT_EQ(examined(talk, "R5"), "R6 IDLE\r\n");
  (void)talk.hears("+ idling\r\n");
  EXPECT_TRUE(talk.watcher.caught_up());
  EXPECT_EQ(talk.later(minutes(4)), "DONE\r\n");
}

TEST_F(WatcherInTurn, WhatIsAddedBetweenTurnsBeginsTheNext) {
  Talk talk(settings({"a", "b"}));
  caught_up_with_two(talk);
  (void)talk.hears("+ idling\r\n");
  talk.watcher.add("c", talk.now);
  EXPECT_EQ(talk.watcher.take_output().string(), "DONE\r\n");
  talk.watcher.add("d", talk.now);
  EXPECT_EQ(talk.watcher.take_output().string(), "");
  EXPECT_EQ(talk.hears("R5 OK\r\n"), "R6 NOOP\r\n");
  EXPECT_EQ(talk.hears("R6 OK\r\n"), "R7 EXAMINE \"c\"\r\n");
  EXPECT_EQ(examined(talk, "R7"), "R8 EXAMINE \"b\"\r\n");
  EXPECT_EQ(examined(talk, "R8"), "R9 EXAMINE \"d\"\r\n");
  EXPECT_EQ(examined(talk, "R9"), "R10 EXAMINE \"a\"\r\n");
  EXPECT_EQ(examined(talk, "R10"), "R11 IDLE\r\n");
  EXPECT_EQ(talk.watcher.mailboxes(), (Lines{"a", "b", "c", "d"}));
}

TEST_F(WatcherInTurn, WhatIsAddedBeforeTheLoginIsThereAfterIt) {
  Talk talk(settings({"a"}));
  talk.watcher.add("b", talk.now);
  EXPECT_EQ(talk.watcher.take_output().string(), "");
  EXPECT_EQ(logs_in(talk), "R2 EXAMINE \"a\"\r\n");
  EXPECT_EQ(examined(talk, "R2"), "R3 EXAMINE \"b\"\r\n");
}

TEST_F(WatcherInTurn, TheNextIsTheFirstOnceThatIsGone) {
  Talk talk(settings({"a", "b", "c"}));
  (void)logs_in(talk);
  (void)examined(talk, "R2");
  (void)examined(talk, "R3");
  EXPECT_EQ(examined(talk, "R4"), "R5 EXAMINE \"a\"\r\n");
  EXPECT_EQ(talk.hears("R5 NO [NONEXISTENT] no such mailbox\r\n"), "R6 EXAMINE \"b\"\r\n");
  EXPECT_EQ(talk.watcher.take_notices(),
            (std::vector<Problem>{{ProblemKind::kMailbox, "a: [NONEXISTENT] no such mailbox"}}));
  EXPECT_EQ(examined(talk, "R6"), "R7 IDLE\r\n");
  EXPECT_EQ(talk.watcher.mailboxes(), (Lines{"b", "c"}));
}

TEST_F(WatcherInTurn, WhoIsLeftAloneIsNotDisturbed) {
  auto often = settings({"a", "b"});
  often.poll = minutes(3);
  Talk talk(often);
  (void)logs_in(talk);
  (void)examined(talk, "R2");
  (void)examined(talk, "R3");
  EXPECT_EQ(talk.hears("R4 NO [NONEXISTENT] no such mailbox\r\n"), "R5 EXAMINE \"b\"\r\n");
  EXPECT_EQ(examined(talk, "R5"), "R6 IDLE\r\n");
  (void)talk.hears("+ idling\r\n");
  EXPECT_EQ(talk.watcher.mailboxes(), Lines{"b"});
  EXPECT_EQ(talk.later(minutes(4)), "");
}

TEST_F(WatcherInTurn, GivesAwayWhatIsNotSelected) {
  Talk talk(settings({"a", "b", "c"}));
  (void)logs_in(talk);
  EXPECT_EQ(talk.watcher.give_away(talk.now), "b") << "a is being looked into";
  EXPECT_EQ(examined(talk, "R2"), "R3 EXAMINE \"c\"\r\n");
  EXPECT_EQ(talk.watcher.give_away(talk.now), "a");
  EXPECT_EQ(examined(talk, "R3"), "R4 IDLE\r\n");
  EXPECT_EQ(talk.watcher.give_away(talk.now), std::nullopt) << "it has one only";
  EXPECT_EQ(talk.watcher.mailboxes(), Lines{"c"});
}

TEST_F(WatcherInTurn, NotifyIsTriedHereToo) {
  Talk talk(settings({"a", "b"}));
  (void)talk.hears(kReady);
  EXPECT_TRUE(
      talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE NOTIFY] in\r\n").starts_with("R2 NOTIFY "));
  EXPECT_EQ(talk.hears("R2 NO too much\r\n"), "R3 EXAMINE \"a\"\r\n");
  EXPECT_EQ(examined(talk, "R3"), "R4 EXAMINE \"b\"\r\n");
  EXPECT_EQ(examined(talk, "R4"), "R5 EXAMINE \"a\"\r\n");
  EXPECT_EQ(talk.watcher.take_left_over(), Lines{});
}

}  // namespace
}  // namespace roost::client
