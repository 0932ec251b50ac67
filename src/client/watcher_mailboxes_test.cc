// Mailboxes by pattern: what is there, and what appears later.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "client/scenario.h"
#include "client/talk.h"

namespace roost::client {
namespace {

using std::chrono::hours;

const std::string kIdle = "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE";

Watcher::Settings matching(std::vector<std::string> patterns) {
  auto settings = Talk::defaults();
  settings.mailboxes = {};
  settings.patterns = std::move(patterns);
  return settings;
}

class PatternTest : public ::testing::Test {
 protected:
  PatternTest() : scenario_(1, {}) {
    scenario_.settings.patterns = {"L/*"};
    scenario_.server.mailboxes["L/a"].deliver();
    scenario_.server.mailboxes["other"].deliver();
  }
  void appears(const std::string& name) {
    scenario_.server.mailboxes[name].deliver();
    scenario_.server.appeared(name);
  }
  [[nodiscard]] std::vector<std::string> reported() const {
    std::vector<std::string> lines;
    for (const Event& event : scenario_.events) {
      lines.push_back(std::string(name_of(event.kind)) + " " + event.mailbox);
    }
    return lines;
  }
  Scenario scenario_;
};
using Lines = std::vector<std::string>;

TEST_F(PatternTest, WhatIsThereIsTheBeginning) {
  scenario_.settle();
  EXPECT_TRUE(scenario_.events.empty());
  scenario_.expect_in_step("L/a");
  EXPECT_FALSE(scenario_.told.contains("other"));
}

TEST(Patterns, AListThatIsRefusedDoesNotSayThatNothingMatches) {
  for (const auto& [refusal, kind] : {std::pair{"NO [UNAVAILABLE] later", ProblemKind::kBusy},
                                      std::pair{"NO not now", ProblemKind::kMailbox},
                                      std::pair{"BAD what?", ProblemKind::kProtocol}}) {
    auto settings = matching({"L/*"});
    settings.listed = {"L/a"};
    Talk talk(settings);
    (void)talk.hears(kReady);
    const std::string in = "R1 OK [CAPABILITY IMAP4rev1 IDLE NOTIFY] in\r\n";
    EXPECT_EQ(talk.hears(in), "R2 LIST \"\" \"L/*\"\r\n");
    EXPECT_EQ(talk.hears(std::string("R2 ") + refusal + "\r\n"), "");
    EXPECT_EQ(talk.problem(), kind);
    EXPECT_FALSE(talk.watcher.take_round());
  }
}

TEST(Patterns, AListThatIsNotWholeSaysOfNoneThatItIsNotThere) {
  auto settings = matching({"L/*"});
  settings.listed = {"L/a", "L/b"};
  Talk talk(settings);
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1] in\r\n");
  (void)talk.hears(
      "* LIST () \"/\" \"L/a\"\r\n* LIST () \"/\"\r\n* LIST () \"/\" \"L/c\"\r\nR2 OK\r\n");
  EXPECT_EQ(talk.watcher.mailboxes(), (Lines{"L/a", "L/c"}));
  EXPECT_TRUE(talk.told["L/c"].appeared) << "what was seen before was all";
  EXPECT_EQ(talk.watcher.listed(), (std::set<std::string>{"L/a", "L/b", "L/c"}));
  const std::string examined = "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n";
  (void)talk.hears(examined + "R3 OK\r\n" + examined + "R4 OK\r\n");
  EXPECT_EQ(talk.hears("* LIST () \"/\" \"L/d\"\r\n"), "R5 LIST \"\" \"L/*\"\r\n");
  (void)talk.hears("* LIST () \"/\" \"L/c\"\r\n* LIST () \"/\" \"L/d\"\r\nR5 OK\r\n");
  EXPECT_TRUE(talk.told["L/d"].appeared);
  EXPECT_EQ(talk.watcher.listed(), (std::set<std::string>{"L/c", "L/d"}));
}

// RFC 5465 section 5.4: with NOTIFY the server may speak of any mailbox.
TEST(Patterns, WhatMatchesNoPatternIsNotWatched) {
  Talk talk(matching({"L/*", "inb%"}));
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1] in\r\n");
  EXPECT_EQ(talk.hears("* LIST () \"/\" \"L/a\"\r\n* LIST () \"/\" \"M/a\"\r\nR2 OK\r\n"),
            "R3 LIST \"\" \"inb%\"\r\n");
  (void)talk.hears("* LIST () \"/\" \"Inbox\"\r\nR3 OK\r\n");
  EXPECT_EQ(talk.watcher.mailboxes(), (Lines{"INBOX", "L/a"}));
}

TEST(Patterns, ANameThatIsVeryLongIsNotWatched) {
  Talk talk(matching({"*"}));
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1] in\r\n");
  (void)talk.hears("* LIST () \"/\" \"" + std::string(Patterns::kMaxName + 1, 'x') +
                   "\"\r\n* LIST () \"/\" \"a\"\r\nR2 OK\r\n");
  EXPECT_EQ(talk.watcher.mailboxes(), Lines{"a"});
}

// RFC 9051 section 6.3.2: EXAMINE itself is answered with LIST.
TEST(Patterns, OnlyTheListOfAnotherMailboxMeansThatOneHasCome) {
  Talk talk(matching({"L/*"}));
  (void)talk.hears(kReady);
  (void)talk.hears("R1 OK [CAPABILITY IMAP4rev1] in\r\n");
  EXPECT_EQ(talk.hears("* LIST () \"/\" \"L/a\"\r\nR2 OK\r\n"), "R3 EXAMINE \"L/a\"\r\n");
  const std::string examined = "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n";
  EXPECT_EQ(talk.hears(examined + "* LIST () \"/\" \"L/a\"\r\nR3 OK\r\n"), "");
  EXPECT_EQ(talk.later(std::chrono::minutes(5)), "R4 NOOP\r\n");
  EXPECT_EQ(talk.hears("* LIST () \"/\" \"L/b\"\r\nR4 OK\r\n"), "R5 LIST \"\" \"L/*\"\r\n");
}

TEST_F(PatternTest, WhatCannotBeReadIsTriedAgainAfterAnHour) {
  for (const std::string& capabilities :
       {kIdle + " NOTIFY", std::string("IMAP4rev1 SASL-IR AUTH=PLAIN")}) {
    scenario_.server.capabilities = capabilities;
    scenario_.server.forbidden = {"L/a"};
    scenario_.told.clear();
    scenario_.disconnect();
    const Time before = scenario_.now;
    scenario_.settle();
    EXPECT_TRUE(scenario_.watcher->mailboxes().empty());
    scenario_.server.forbidden.clear();
    while (scenario_.watcher->mailboxes().empty() && scenario_.now < before + hours(2)) {
      scenario_.advance_to_deadline();
      scenario_.pump();
    }
    EXPECT_GE(scenario_.now, before + hours(1));
    scenario_.settle();
    scenario_.expect_in_step("L/a");
  }
}

TEST_F(PatternTest, WhatAppearsIsReportedWhole) {
  for (const std::string& capabilities :
       {kIdle + " NOTIFY", std::string("IMAP4rev1 SASL-IR AUTH=PLAIN")}) {
    scenario_.server.capabilities = capabilities;
    scenario_.disconnect();
    scenario_.settle();
    const std::string name = "L/" + std::to_string(capabilities.size());
    scenario_.events.clear();
    appears(name);
    scenario_.advance(Watcher::kList);
    scenario_.settle();
    EXPECT_EQ(reported(), Lines{"MessageNew " + name});
    scenario_.expect_in_step(name);
    scenario_.server.mailboxes.erase(name);
  }
}

TEST_F(PatternTest, WhatIsSaidToBeGoneIsGoneAlsoWhereNotAllCanBeSeen) {
  scenario_.server.capabilities = kIdle + " NOTIFY";
  scenario_.settle();
  scenario_.watcher->receive("* LIST (\\NonExistent) \"/\" \"L/a\"\r\n", scenario_.now);
  EXPECT_TRUE(scenario_.watcher->mailboxes().empty());
}

TEST_F(PatternTest, NotifyTellsAtOnce) {
  scenario_.server.capabilities = kIdle + " NOTIFY";
  scenario_.settle();
  appears("L/b");
  scenario_.pump();
  EXPECT_EQ(reported(), Lines{"MessageNew L/b"});
}

TEST_F(PatternTest, WithIdleAloneItIsLeftOver) {
  scenario_.server.capabilities = kIdle;
  scenario_.settle();
  EXPECT_EQ(scenario_.watcher->mailboxes(), Lines{"L/a"});
  appears("L/b");
  scenario_.advance(Watcher::kList);
  scenario_.pump();
  EXPECT_EQ(scenario_.watcher->take_left_over(), Lines{"L/b"});
  EXPECT_TRUE(scenario_.told["L/b"].appeared);
}

TEST_F(PatternTest, WhatOthersWatchIsLeftToThem) {
  scenario_.settings.elsewhere = {"L/a"};
  scenario_.settle();
  EXPECT_TRUE(scenario_.watcher->mailboxes().empty());
  EXPECT_TRUE(scenario_.session->idling());
}

TEST_F(PatternTest, WhatOthersWatchedOnceIsLeftOverWhenItComesBack) {
  scenario_.server.capabilities = kIdle;
  scenario_.server.mailboxes["L/z"];
  scenario_.settings.elsewhere = {"L/z"};
  scenario_.settle();
  (void)scenario_.watcher->take_left_over();  // by the account, which knows who watches it
  scenario_.server.mailboxes.erase("L/z");
  scenario_.advance(Watcher::kList);
  scenario_.settle();
  appears("L/z");
  scenario_.advance(Watcher::kList);
  scenario_.settle();
  EXPECT_EQ(scenario_.watcher->take_left_over(), Lines{"L/z"});
  EXPECT_TRUE(scenario_.told["L/z"].appeared);
}

TEST_F(PatternTest, WhatIsGoneAndComesBackIsAnother) {
  scenario_.server.capabilities = kIdle + " NOTIFY";
  scenario_.settle();
  scenario_.server.mailboxes.erase("L/a");
  scenario_.server.appeared("L/a");  // or not: what counts is LIST
  scenario_.pump();
  EXPECT_TRUE(scenario_.watcher->mailboxes().empty());
  scenario_.server.mailboxes["L/a"].uid_validity = 2;
  appears("L/a");
  scenario_.settle();
  EXPECT_EQ(reported(), (Lines{"MailboxReset L/a", "MessageNew L/a"}));
  scenario_.expect_in_step("L/a");
}

TEST_F(PatternTest, WhatIsGoneIsNotLookedInto) {
  scenario_.server.capabilities = "IMAP4rev1 SASL-IR AUTH=PLAIN";
  scenario_.server.mailboxes["L/b"];
  scenario_.settle();
  scenario_.server.mailboxes.erase("L/a");
  for (int i = 0; i < 3; ++i) {
    scenario_.advance_to_deadline();
    scenario_.pump();
  }
  EXPECT_EQ(scenario_.watcher->mailboxes(), Lines{"L/b"});
  EXPECT_LE(scenario_.watcher->take_notices().size(), 1U);
}

}  // namespace
}  // namespace roost::client
