// Servers that lie: each is left, or asked again, and takes no memory.
#include <gtest/gtest.h>

#include <string>

#include "client/talk.h"
#include "client/test_memory.h"

namespace roost::client {
namespace {

using std::chrono::seconds;

TEST(WatcherLies, AServerThatContradictsItselfIsLeft) {
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

TEST(WatcherLies, OfManyByesOneIsEnough) {
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

TEST(WatcherLies, ALineThatNeverEndsIsEnded) {
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

TEST(WatcherLies, CapabilitiesThatNeverEndTakeNoMemory) {
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

TEST(WatcherLies, AnExamineThatDoesNotCountTheMessagesIsNotBelieved) {
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

TEST(WatcherLies, AnEmptyMailboxIsNotBelievedWhereSomethingCouldNotBeRead) {
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

TEST(WatcherLies, NewMessagesThatAreNotShownAreNotWaitedFor) {
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

TEST(WatcherLies, WhatIsNotToldIsFetchedInPieces) {
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
TEST(WatcherLies, AFetchWithoutUidIsNotTakenForAnotherMessages) {
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

TEST(WatcherLies, ListsThatNeverEndAreEnded) {
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

TEST(WatcherLies, ADoubtThatAlwaysComesBackIsNotLookedIntoForEver) {
  for (const char* lie : {"* 1 FETCH (UID 99 FLAGS ())\r\n", "* 1 FETCH (UID\r\n"}) {
    for (const bool patient : {false, true}) {
      Talk talk;
      std::string said = talk.selects(1);
      int times = 0;
      for (; times < 20 && !talk.watcher.problem(); ++times) {
        EXPECT_TRUE(said.ends_with(" IDLE\r\n")) << said;
        const std::string tag = said.substr(0, said.find(' '));
        (void)talk.hears("+ idling\r\n");
        if (patient && times % 3 == 2) talk.now += Watcher::kSettled;
        EXPECT_EQ(talk.hears(lie), "DONE\r\n");
        said = talk.hears(tag + " OK\r\n");
        if (talk.watcher.problem()) break;
        const std::string noop = said.substr(0, said.find(' '));
        said = talk.hears(noop + " OK\r\n");
        said = talk.hears("* 1 FETCH (UID 1 FLAGS ())\r\n" + said.substr(0, said.find(' ')) +
                          " OK\r\n");
      }
      EXPECT_EQ(times == 20, patient);
      if (!patient) {
        EXPECT_EQ(talk.problem(), ProblemKind::kProtocol);
      }
    }
  }
}

// Of a message with very many recipients, perhaps.
TEST(WatcherLies, DetailsThatCannotBeReadAreLeftOut) {
  for (const bool too_long : {true, false}) {
    auto settings = Talk::defaults();
    settings.details.envelope = true;
    Talk talk(settings);
    (void)talk.selects(0);
    EXPECT_EQ(talk.hears("+ idling\r\n* 1 EXISTS\r\n"), "DONE\r\n");
    std::string said = talk.hears("R3 OK\r\n");
    EXPECT_EQ(said, "R4 FETCH 1 (UID FLAGS ENVELOPE)\r\n");
    const std::string bad = "* 1 FETCH (UID 1 FLAGS () ENVELOPE (" +
                            std::string(too_long ? 2'000'000 : 2, 'x') + "))\r\n";
    if (too_long) {
      (void)talk.hears(bad);
      EXPECT_EQ(talk.problem(), ProblemKind::kProtocol);
      Watcher next(settings, talk.told, talk.keep_alive, talk.now);
      const auto hears = [&](const std::string& line) {
        next.receive(line, talk.now);
        said = next.take_output().string();
      };
      hears(kReady);
      hears("R1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n");
      hears("* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR2 OK\r\n");
      hears("* 1 FETCH (UID 1 FLAGS ())\r\nR3 OK\r\n");
      EXPECT_EQ(said, "R4 FETCH 1 (UID FLAGS)\r\n");
      hears("* 1 FETCH (UID 1 FLAGS ())\r\nR4 OK\r\n");
      EXPECT_EQ(reported(next), Lines{"MessageNew 1"});
      EXPECT_FALSE(talk.told["INBOX"].plain);
    } else {
      for (int times = 0; times < 20 && !said.ends_with(" IDLE\r\n"); ++times) {
        const std::string tag = said.substr(0, said.find(' '));
        const bool plain = said.ends_with(" (UID FLAGS)\r\n");
        const std::string fetched = plain ? "* 1 FETCH (UID 1 FLAGS ())\r\n" : bad;
        said = talk.hears((said.contains(" NOOP") ? "" : fetched) + tag + " OK\r\n");
      }
      EXPECT_EQ(reported(talk.watcher), Lines{"MessageNew 1"});
      EXPECT_FALSE(talk.watcher.problem().has_value());
    }
  }
}

// Another client moves what arrives before it is seen.
TEST(WatcherLies, ABusyMailboxIsNoContradiction) {
  Talk talk;
  std::string said = talk.selects(1);
  for (int times = 0; times < 20; ++times) {
    const auto answers = [&said, &talk](const std::string& data, const char* answer) {
      said = talk.hears(data + said.substr(0, said.find(' ')) + answer);
    };
    EXPECT_TRUE(said.ends_with(" IDLE\r\n")) << said;
    EXPECT_EQ(talk.hears("+ idling\r\n* 2 EXISTS\r\n"), "DONE\r\n");
    answers("", " OK\r\n");
    EXPECT_TRUE(said.contains(" FETCH 2 ")) << said;
    answers("", " NO [EXPUNGEISSUED] it is gone\r\n");
    EXPECT_TRUE(said.contains(" NOOP")) << said;
    answers("* 2 EXPUNGE\r\n", " OK\r\n");
    answers("* 1 FETCH (UID 1 FLAGS ())\r\n", " OK\r\n");
  }
  EXPECT_FALSE(talk.watcher.problem().has_value());
}

TEST(WatcherLies, WhatTellsNothingOfMessagesMayBeMalformed) {
  Talk talk;
  (void)talk.selects(1);
  EXPECT_EQ(talk.hears("+ idling\r\n* SEARCH x\r\n* STATUS\r\n* LIST what\r\n* FLAGS\r\n"), "");
  EXPECT_EQ(talk.hears("* 4294967296 EXISTS\r\n"), "DONE\r\n");
}

TEST(WatcherLies, AVanishedThatWouldTakeMuchMemoryIsNotFollowed) {
  std::string odd = "* VANISHED 1";
  for (int uid = 3; uid < 200'000; uid += 2) odd += "," + std::to_string(uid);
  const mail::UidSet all({mail::Uid(1), mail::Uid(200'000)});
  for (const bool flags : {false, true}) {
    Talk talk;
    Told& told = talk.told["INBOX"];
    told = {.uid_validity = mail::UidValidity(7),
            .uid_next = mail::Uid(200'001),
            .modseq = mail::ModSeq(100),
            .uids = all};
    for (int i = 0; flags && i < 100; ++i) told.flags["f" + std::to_string(i)] = all;
    (void)talk.hears(kReady);
    (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1 IDLE ENABLE CONDSTORE QRESYNC] in\r\n");
    (void)talk.hears("* ENABLED QRESYNC\r\nR2 OK\r\n");
    EXPECT_EQ(talk.hears("* 200000 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 200001] x\r\n"
                         "* OK [HIGHESTMODSEQ 100] x\r\nR3 OK\r\n"),
              "R4 IDLE\r\n");
    (void)talk.hears("+ idling\r\n" + odd + "\r\n");
    EXPECT_EQ(talk.watcher.problem().has_value(), flags);
    EXPECT_EQ(talk.watcher.take_events().size(), flags ? 0U : 100'000U);
  }
}

TEST(WatcherLies, AnAnswerThatDripsForEverIsEnded) {
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

}  // namespace
}  // namespace roost::client
