// What happened before a mailbox was selected.
#include <gtest/gtest.h>

#include <string>

#include "client/talk.h"

namespace roost::client {
namespace {

TEST(WatcherCatchUp, ResumesByQresync) {
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
            (Lines{"MessageRead 1 \\Seen", "MessageExpunge 2", "MessageNew 5"}));
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

TEST(WatcherCatchUp, AResumptionIsCheckedByItsLastMessage) {
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

TEST(WatcherCatchUp, WhatComesBeforeUidvalidityMakesAResumptionDoubtful) {
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

TEST(WatcherCatchUp, WhatGoesWhileItIsExaminedIsLookedFor) {
  Resumed vanished;
  EXPECT_EQ(vanished.hears("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n"
                           "* OK [HIGHESTMODSEQ 120] x\r\n* VANISHED 2\r\nR3 OK\r\n"),
            "R4 NOOP\r\n");
  EXPECT_EQ(vanished.hears("R4 OK\r\n"), "R5 FETCH 1:2 (UID FLAGS)\r\n");
  EXPECT_EQ(vanished.hears("* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 3 FLAGS ())\r\nR5 OK\r\n"),
            "R6 IDLE\r\n");
  EXPECT_EQ(reported(vanished.watcher), Lines{"MessageExpunge 2"});
  Talk expunged;
  expunged.told["INBOX"] = {
      .uid_validity = mail::UidValidity(7), .uid_next = mail::Uid(3), .modseq = mail::ModSeq(100)};
  for (std::uint32_t uid : {1, 2}) expunged.told["INBOX"].add(mail::Uid(uid), {});
  (void)expunged.hears(kReady);
  (void)expunged.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE CONDSTORE] in\r\n");
  EXPECT_EQ(expunged.hears("* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 3] x\r\n"
                           "* OK [HIGHESTMODSEQ 100] x\r\n* 1 EXPUNGE\r\nR2 OK\r\n"),
            "R3 NOOP\r\n");
  EXPECT_EQ(expunged.hears("R3 OK\r\n"), "R4 FETCH 1:1 (UID FLAGS)\r\n");
}

// Else they would be reported again as soon as they are seen.
TEST(WatcherCatchUp, MessagesThatAreThereHaveNotVanished) {
  Resumed talk;
  EXPECT_EQ(talk.hears("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 5] x\r\n"
                       "* OK [HIGHESTMODSEQ 120] x\r\n* VANISHED (EARLIER) 1:2\r\nR3 OK\r\n"),
            "R4 NOOP\r\n");
  EXPECT_EQ(talk.hears("R4 OK\r\n"), "R5 FETCH 1:3 (UID FLAGS)\r\n");
  EXPECT_EQ(talk.hears("* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 2 FLAGS ())\r\n"
                       "* 3 FETCH (UID 3 FLAGS ())\r\nR5 OK\r\n"),
            "R6 IDLE\r\n");
  EXPECT_EQ(reported(talk.watcher), Lines{});
}

// RFC 7162 section 3.2.10: UIDs in VANISHED may be of messages that are long gone.
TEST(WatcherCatchUp, VanishedMessagesThatNobodyKnowsAreNotCountedTwice) {
  struct Case {
    const char* vanished;
    const char* then;
  };
  for (const auto& [vanished, then] :
       {Case{"2,5:8", "R5 FETCH 3:4 (UID FLAGS)\r\n"},  // 2 was known, 5:8 are below the last
        Case{"11", "R5 FETCH 4 (UID FLAGS)\r\n"},       // one of the two that are new
        Case{"11:14", "R5 NOOP\r\n"}}) {
    Resumed talk;
    talk.told["INBOX"].remove(mail::UidSet({mail::Uid(3), mail::Uid(3)}));
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

TEST(WatcherCatchUp, AnotherUidvalidityIsAnotherMailbox) {
  Talk talk;
  talk.told["INBOX"] = {.uid_validity = mail::UidValidity(6)};
  talk.told["INBOX"].add(mail::Uid(1), {"\\Seen"});
  EXPECT_EQ(talk.selects(2), "R4 IDLE\r\n");
  EXPECT_EQ(reported(talk.watcher), Lines{"MailboxReset 0"});
  EXPECT_EQ(talk.told["INBOX"].uids.to_string(), "1:2");
}

TEST(WatcherCatchUp, AMailboxThatIsClosedUnderACommandIsExaminedAnew) {
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

TEST(WatcherCatchUp, ModSequencesOfAClosedMailboxAreForgotten) {
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

TEST(WatcherCatchUp, AMailboxThatIsClosedUnderEachCommandIsLeft) {
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

TEST(WatcherCatchUp, AMailboxThatIsNotThereNeedsTheUser) {
  Talk talk;
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n");
  (void)talk.hears("R2 NO [NONEXISTENT] no such mailbox\r\n");
  EXPECT_EQ(talk.problem(), ProblemKind::kMailbox);
}

}  // namespace
}  // namespace roost::client
