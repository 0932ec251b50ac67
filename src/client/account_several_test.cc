// An account of several mailboxes, named or by pattern, where there is no NOTIFY.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "client/account_fixture.h"

namespace roost::client {
namespace {

class AccountSeveralTest : public AccountTest {
 protected:
  // A mailbox with a message, which the next connections find.
  void appears(const std::string& mailbox) {
    server_->fake.mailboxes[mailbox].deliver();
    server_->cut_all();
  }
  // What matches L/*, and nothing else, is to be watched.
  void serve_list(const std::vector<std::string>& mailboxes) {
    serve();
    settings_.watcher.mailboxes.clear();
    settings_.watcher.patterns = {"L/*"};
    for (const std::string& mailbox : mailboxes) server_->fake.mailboxes[mailbox];
  }
  // One more than there are connections, so that the last of them asks after two.
  void serve_eleven() {
    serve_list({});
    for (char name = 'a'; name <= 'k'; ++name) server_->fake.mailboxes[in_list(name)];
    server_->fake.mailboxes[in_list('j')].uid_next = 1000;
    server_->fake.mailboxes[in_list('k')].uid_next = 1100;
  }
  static std::string in_list(char name) { return "L/" + std::string(1, name); }
  // Of the two nobody hears in the time of a test, unless they are watched by IDLE.
  std::function<void()> deliver_to_the_last_two() {
    return [this] {
      for (const char name : {'j', 'k'}) {
        server_->fake.mailboxes[in_list(name)].deliver();
        server_->changed(in_list(name));
      }
    };
  }
  void expect_both_reported() {
    std::ranges::sort(recorder_.reported);
    EXPECT_EQ(recorder_.reported, (std::vector<std::string>{"MessageNew 1000", "MessageNew 1100"}));
  }
};

TEST_F(AccountSeveralTest, SeveralMailboxesTakeSeveralConnections) {
  serve();
  for (const char* name : {"a", "b"}) {
    server_->fake.mailboxes[name];
    settings_.watcher.mailboxes.emplace_back(name);
  }
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, caught_up(1));
  EXPECT_EQ(server_->accepted, 3);
}

TEST_F(AccountSeveralTest, TenMailboxesHaveAConnectionEach) {
  serve();
  for (char name = 'b'; name <= 'j'; ++name) {
    settings_.watcher.mailboxes.emplace_back(1, name);
    server_->fake.mailboxes[std::string(1, name)];
  }
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, caught_up(1));
  EXPECT_TRUE(recorder_.problems.empty());
  EXPECT_EQ(server_->accepted, static_cast<int>(Account::kMaxConnections));
}

TEST_F(AccountSeveralTest, WhatIsBeyondTheConnectionsIsAskedInTurn) {
  serve();
  for (char name = 'b'; name <= 'l'; ++name) {
    settings_.watcher.mailboxes.emplace_back(1, name);
    server_->fake.mailboxes[std::string(1, name)];
  }
  FakeMailbox& eleventh = server_->fake.mailboxes["k"];
  FakeMailbox& twelfth = server_->fake.mailboxes["l"];
  eleventh.uid_next = 1100;
  twelfth.uid_next = 1200;
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{caught_up(1),
                 [&] {
                   eleventh.deliver();
                   twelfth.deliver();
                   account.probe();
                 }},
                {reported(2),
                 [&] {
                   twelfth.deliver();
                   server_->cut_all();
                 }},
                {caught_up(2), {}}});
  std::ranges::sort(recorder_.reported);
  EXPECT_EQ(recorder_.reported,
            (std::vector<std::string>{"MessageNew 1100", "MessageNew 1200", "MessageNew 1201"}));
  EXPECT_EQ(recorder_.problems,
            (std::vector<Problem>{{ProblemKind::kLate,
                                   "without NOTIFY each mailbox takes a connection; what has none "
                                   "of its own is asked in turn, every 5 minutes"}}));
  EXPECT_EQ(server_->accepted, 2 * static_cast<int>(Account::kMaxConnections));
}

TEST_F(AccountSeveralTest, AMailboxThatIsMissingDoesNotHoldUpTheTurn) {
  serve();
  for (char name = 'b'; name <= 'j'; ++name) {
    settings_.watcher.mailboxes.emplace_back(1, name);
    if (name != 'j') server_->fake.mailboxes[std::string(1, name)];
  }
  settings_.watcher.patterns = {"L/*"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{problems(1), [&] { appears("L/z"); }}, {reported(1), {}}});
  ASSERT_EQ(recorder_.problems.size(), 1U);
  EXPECT_EQ(recorder_.problems.front().text, "j: [NONEXISTENT] no such mailbox");
  EXPECT_EQ(recorder_.reported, std::vector<std::string>{"MessageNew 1"});
}

TEST_F(AccountSeveralTest, TheTurnGoesOnWhateverComesAndGoes) {
  serve_eleven();
  settings_.watcher.poll = std::chrono::milliseconds(10);
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  int accepted = 0;
  run(account, {{caught_up(1), [&] { appears("L/z"); }},
                {caught_up(2),
                 [&] {
                   accepted = server_->accepted;
                   server_->fake.mailboxes.erase("L/z");
                 }},
                {problems(2), [&] { server_->fake.mailboxes["L/k"].deliver(); }},
                {reported(2), {}}});
  EXPECT_EQ(recorder_.reported, (std::vector<std::string>{"MessageNew 1", "MessageNew 1100"}));
  EXPECT_EQ(accepted, 2 * static_cast<int>(Account::kMaxConnections));
  ASSERT_EQ(recorder_.problems.size(), 2U);
  EXPECT_EQ(recorder_.problems.front().kind, ProblemKind::kLate);
  EXPECT_EQ(recorder_.problems.back().text, "L/z: [NONEXISTENT] no such mailbox");
}

TEST_F(AccountSeveralTest, WhoIsAskedInTurnGetsTheConnectionThatBecomesFree) {
  serve_eleven();
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{caught_up(1),
                 [&] {
                   server_->fake.mailboxes.erase("L/b");
                   server_->cut("L/b");
                 }},
                {caught_up(2), deliver_to_the_last_two()},
                {reported(2), {}}});
  expect_both_reported();
  EXPECT_EQ(server_->accepted, 2 + static_cast<int>(Account::kMaxConnections));
}

TEST_F(AccountSeveralTest, AConnectionThatBecomesFreeWhileTheTurnHasNoneServesItLater) {
  serve_eleven();
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{caught_up(1),
                 [&] {
                   server_->fake.mailboxes.erase("L/b");
                   server_->cut_all();
                 }},
                {caught_up(2), deliver_to_the_last_two()},
                {reported(2), {}}});
  expect_both_reported();
}

TEST_F(AccountSeveralTest, AMailboxThatAppearsIsFoundByTheNextConnection) {
  serve_list({});
  server_->fake.mailboxes["L/a"].deliver();
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{caught_up(1), [&] { appears("L/b"); }}, {reported(1), {}}});
  EXPECT_EQ(recorder_.reported, std::vector<std::string>{"MessageNew 1"});
  EXPECT_EQ(server_->accepted, 3);
}

TEST_F(AccountSeveralTest, AMailboxThatMatchesAndCannotBeReadIsSaidOnce) {
  serve_list({"L/a", "L/b"});
  server_->fake.forbidden = {"L/b"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  const auto cut = [&] { server_->cut_all(); };
  run(account, {{caught_up(1), cut}, {caught_up(2), cut}, {caught_up(3), {}}});
  ASSERT_EQ(recorder_.problems.size(), 1U);
  EXPECT_EQ(recorder_.problems.front().text, "L/b: [NOPERM] not yours");
  EXPECT_EQ(server_->accepted, 4);
}

TEST_F(AccountSeveralTest, AMailboxThatIsMissingIsLookedForAgain) {
  serve();
  server_->fake.capabilities = "IMAP4rev1 SASL-IR AUTH=PLAIN";  // all in turn
  settings_.watcher.mailboxes = {"INBOX", "a"};
  settings_.watcher.poll = std::chrono::milliseconds(10);
  settings_.watcher.refused = std::chrono::milliseconds(10);
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{problems(1), [&] { server_->fake.mailboxes["a"].deliver(); }}, {reported(1), {}}});
  EXPECT_EQ(recorder_.reported, std::vector<std::string>{"MessageNew 1"});
  EXPECT_EQ(server_->accepted, 1);
}

// RFC 2180 section 3.2: who idles in a mailbox that is deleted may be told nothing.
TEST_F(AccountSeveralTest, AMailboxThatIsListedNoMoreIsLeftToWhatComesAfterIt) {
  serve_list({"L/a", "L/b"});
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{caught_up(1),
                 [&] {
                   server_->fake.mailboxes.erase("L/b");
                   server_->cut("L/a");  // the next connection looks for what matches
                 }},
                {caught_up(2),
                 [&] {
                   server_->fake.mailboxes["L/b"].uid_validity = 2;
                   server_->fake.mailboxes["L/b"].deliver();
                   server_->cut("L/a");
                 }},
                {reported(2), {}}});
  EXPECT_EQ(recorder_.reported, (std::vector<std::string>{"MailboxReset 0", "MessageNew 1"}));
}

TEST_F(AccountSeveralTest, AMailboxThatAppearsAndIsRefusedIsTriedAgain) {
  serve_list({"L/a", "L/b"});
  settings_.watcher.refused = std::chrono::milliseconds(1);
  server_->fake.forbidden = {"L/b"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{caught_up(1),
                 [&] {
                   server_->fake.forbidden.clear();
                   server_->cut_all();
                 }},
                {caught_up(2), {}}});
  EXPECT_EQ(recorder_.problems.size(), 1U);
  EXPECT_EQ(server_->accepted, 4);
}

TEST_F(AccountSeveralTest, AMissingMailboxIsSaidAgainOnceItHasBeenThere) {
  serve();
  server_->fake.capabilities = "IMAP4rev1 SASL-IR AUTH=PLAIN";  // all in turn
  settings_.watcher.mailboxes = {"INBOX", "a"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  std::vector<std::size_t> said;  // by connection
  const auto note = [&] { said.push_back(recorder_.problems.size()); };
  run(account, {{caught_up(1),
                 [&] {
                   note();
                   server_->fake.mailboxes["a"];
                   server_->cut_all();
                 }},
                {caught_up(2),
                 [&] {
                   note();
                   server_->fake.mailboxes.erase("a");
                   server_->cut_all();
                 }},
                {caught_up(3), note}});
  EXPECT_EQ(said, (std::vector<std::size_t>{1, 1, 2}));
}

}  // namespace
}  // namespace roost::client
