// An account at a server without NOTIFY that lets in fewer connections than there are mailboxes.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "client/account_fixture.h"

namespace roost::client {
namespace {

class AccountLimitTest : public AccountTest {
 protected:
  // INBOX and five more, each with UIDs of its own; let in: so many connections.
  void serve_six(std::size_t let_in) {
    serve();
    std::uint32_t next = 100;
    for (const char* name : {"b", "c", "d", "e", "f"}) {
      settings_.watcher.mailboxes.emplace_back(name);
      server_->fake.mailboxes[name].uid_next = next += 100;
    }
    server_->fake.most_logged_in = let_in;
    settings_.watcher.poll = std::chrono::milliseconds(20);
  }
  void deliver_everywhere() {
    for (const std::string& name : settings_.watcher.mailboxes) {
      server_->fake.mailboxes[name].deliver();
      server_->changed(name);
    }
  }
  std::function<bool()> disconnected(int times) {
    return [this, times] { return recorder_.disconnected >= times; };
  }
  // From now on so many; and these have lost their connections.
  std::function<void()> then_lets_in(std::size_t let_in, std::vector<std::string> lost) {
    return [this, let_in, lost = std::move(lost)] {
      server_->fake.most_logged_in = let_in;
      for (const std::string& name : lost) server_->cut(name);
    };
  }
  void watch(std::vector<Step> steps) {
    Account account(context_, settings_, recorder_);
    ASSERT_TRUE(account.start().has_value());
    run(account, std::move(steps));
  }
  // Nothing is to be done but what is waited for.
  void most_handlers(std::size_t most) {
    std::size_t handlers = 0;
    while (handlers < most && context_.poll_one() > 0) ++handlers;
    EXPECT_LT(handlers, most);
  }
  std::function<void()> deliver() {
    return [this] { deliver_everywhere(); };
  }
  std::function<bool()> logged_in_and_caught_up(std::size_t connections) {
    return [this, connections] {
      return recorder_.caught_up > 0 && server_->fake.logged_in() == connections;
    };
  }
  void expect_each_reported_once() {
    std::ranges::sort(recorder_.reported);
    EXPECT_EQ(recorder_.reported,
              (std::vector<std::string>{"MessageNew 1", "MessageNew 200", "MessageNew 300",
                                        "MessageNew 400", "MessageNew 500", "MessageNew 600"}));
  }
};

TEST_F(AccountLimitTest, OneIsLeftToOthersAndTheRestAskedInTurn) {
  serve_six(4);
  std::size_t connections = 0;
  watch({{caught_up(1),
          [&] {
            connections = server_->fake.logged_in();
            deliver_everywhere();
          }},
         {reported(6), {}}});
  expect_each_reported_once();
  EXPECT_EQ(connections, 3U);
  EXPECT_EQ(recorder_.problems,
            (std::vector<Problem>{{ProblemKind::kLate,
                                   "without NOTIFY each mailbox takes a connection, and the server "
                                   "lets in no more ([LIMIT] enough); what has none of its own is "
                                   "asked in turn, every 0 minutes"}}));
}

// Or a server that counts late lets in too many, and no room is left when one is given up.
TEST_F(AccountLimitTest, OneAtATimeIsTried) {
  serve_six(4);
  watch({{caught_up(1), {}}});
  EXPECT_EQ(server_->most_on_their_way, 1U);
}

TEST_F(AccountLimitTest, AlsoOfThoseThatAreTurnedAway) {
  serve_six(100);
  watch({{caught_up(1), then_lets_in(4, {"b", "c"})},
         {disconnected(2 + 4), [&] { server_->most_on_their_way = 0; }},
         {disconnected(2 + 6), {}}});
  EXPECT_EQ(server_->most_on_their_way, 1U);
}

TEST_F(AccountLimitTest, WhoWasLetInBeforeWaitsForNobody) {
  serve_six(100);
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{caught_up(1), then_lets_in(0, settings_.watcher.mailboxes)},
                {disconnected(12),
                 [&] {
                   server_->fake.most_logged_in = 100;
                   server_->greets_together = 3;
                   account.probe();
                 }},
                {caught_up(2), {}}});
}

TEST_F(AccountLimitTest, NobodyWaitsForOneThatIsRefused) {
  serve_six(1);
  server_->fake.no_more = "[AUTHENTICATIONFAILED] wrong";  // and it is tried again in some minutes
  watch({{disconnected(5), {}}});
}

TEST_F(AccountLimitTest, NobodyWaitsForOneWhoseMailboxIsGone) {
  serve();
  settings_.watcher.patterns = {"*"};
  watch({{caught_up(1),
          [&] {
            server_->greets_next_to_others = false;
            server_->fake.mailboxes["b"];
            server_->fake.mailboxes["c"];
            server_->fake.mailboxes["INBOX"].deliver();
            server_->cut_all();
          }},
         {[this] {
            if (server_->accepted == 3) return true;  // INBOX twice, and b
            server_->fake.mailboxes["INBOX"].deliver();
            server_->changed();
            return false;
          },
          [&] {
            server_->greets_next_to_others = true;
            server_->fake.mailboxes.erase("b");
            server_->cut("INBOX");
          }},
         {caught_up(2), {}}});
}

TEST_F(AccountLimitTest, OneConnectionAsksAfterAll) {
  serve_six(1);
  watch({{caught_up(1), deliver()}, {reported(6), {}}});
  expect_each_reported_once();
}

TEST_F(AccountLimitTest, PatternsAreLookedUpByTheOneConnection) {
  serve_six(1);
  settings_.watcher.mailboxes = {"INBOX"};
  settings_.watcher.patterns = {"*"};
  watch({{caught_up(1),
          [&] {
            settings_.watcher.mailboxes = {"INBOX", "b", "c", "d", "e", "f"};
            deliver_everywhere();
          }},
         {reported(6),
          [&] {
            server_->fake.mailboxes["g"].deliver();
            server_->cut_all();
          }},
         {reported(7), {}}});
  EXPECT_EQ(recorder_.reported.back(), "MessageNew 1");
  recorder_.reported.pop_back();
  expect_each_reported_once();
}

// Another client was faster: the named first are the last to be given up.
TEST_F(AccountLimitTest, AnotherMakesRoomForTheFirst) {
  serve_six(100);
  watch({{caught_up(1), then_lets_in(5, {"INBOX"})},
         {caught_up(2),
          [&] {
            EXPECT_EQ(server_->fake.logged_in(), 4U);
            deliver_everywhere();
          }},
         {reported(6), {}}});
  expect_each_reported_once();
}

TEST_F(AccountLimitTest, MoreAreTriedAfterAWhile) {
  serve_six(1);
  settings_.watcher.refused = std::chrono::seconds(3);
  watch({{caught_up(1),
          [&] {
            server_->fake.most_logged_in = 100;
            recorder_.caught_up = 0;
          }},
         {logged_in_and_caught_up(6),
          [&] {
            most_handlers(1'000);
            deliver_everywhere();
          }},
         {reported(6), {}}});
  expect_each_reported_once();
  EXPECT_LE(server_->accepted, 6 + 5 * Account::kTurnedAway);
}

// Those that stand are kept, whichever they are.
TEST_F(AccountLimitTest, WhoStandsIsKept) {
  serve_six(100);
  watch({{caught_up(1), then_lets_in(3, {"b", "c"})},
         {caught_up(2),
          [&] {
            EXPECT_EQ(server_->fake.logged_in(), 3U);
            deliver_everywhere();
          }},
         {reported(6), {}}});
  expect_each_reported_once();
  EXPECT_LE(server_->accepted, 6 + 2 * Account::kTurnedAway) << "none of the others was made again";
}

TEST_F(AccountLimitTest, AServerThatWasAwayMakesNoneOneTooMany) {
  serve_six(100);
  watch({{caught_up(1),
          [&] {
            server_->fake.most_logged_in = 0;
            server_->cut_all();
          }},
         {disconnected(6 * Account::kTurnedAway), [&] { server_->fake.most_logged_in = 1; }},
         {[this] { return server_->fake.logged_in() == 1; },
          [&] { server_->fake.most_logged_in = 100; }},
         {caught_up(2), [&] { EXPECT_EQ(server_->fake.logged_in(), 6U); }}});
}

TEST_F(AccountLimitTest, RoomIsMadeAgainForTheFirst) {
  serve_six(4);
  watch({{caught_up(1), then_lets_in(2, {"INBOX"})}, {caught_up(2), deliver()}, {reported(6), {}}});
  expect_each_reported_once();
}

// Nobody is let in any more, and who is in may stay.
TEST_F(AccountLimitTest, RoomThatHelpsNobodyIsNotMadeAgain) {
  serve_six(100);
  std::size_t left = 0;
  watch({{caught_up(1), then_lets_in(0, {"INBOX"})},
         {disconnected(2 * Account::kTurnedAway + 1),
          [&] {
            left = server_->fake.logged_in();
            server_->fake.most_logged_in = 100;
          }},
         {caught_up(2), deliver()},
         {reported(6), {}}});
  expect_each_reported_once();
  EXPECT_EQ(left, 3U);
}

// A server that listens no more, but goes on with whom it has, or does not even that.
TEST_F(AccountLimitTest, WhoCannotConnectIsNotOneTooMany) {
  serve_six(100);
  std::size_t left = 0;
  watch({{caught_up(1),
          [&] {
            server_->listen_no_more();
            server_->cut("b");
          }},
         {disconnected(Account::kTurnedAway + 2), [&] { left = server_->fake.logged_in(); }}});
  EXPECT_EQ(left, 5U);
}

TEST_F(AccountLimitTest, WhoHearsNothingFromTheServerGivesNothingUp) {
  serve_six(100);
  std::size_t left = 0;
  watch({{caught_up(1),
          [&] {
            server_->fake.most_logged_in = 0;
            server_->fake.mute = true;
            server_->cut("b");
          }},
         {disconnected(Account::kTurnedAway + 2), [&] { left = server_->fake.logged_in(); }}});
  EXPECT_EQ(left, 5U);
}

TEST_F(AccountLimitTest, WithAPasswordCommand) {
  serve_six(3);
  settings_.secret_command = {"/bin/echo", "p"};
  watch({{caught_up(1), deliver()}, {reported(6), {}}});
  expect_each_reported_once();
}

TEST_F(AccountLimitTest, WhoIsTurnedAwayForAMomentTriesAgain) {
  serve_six(5);
  watch({{disconnected(1), [&] { server_->fake.most_logged_in = 100; }},
         {caught_up(1),
          [&] {
            EXPECT_EQ(server_->fake.logged_in(), 6U);
            deliver_everywhere();
          }},
         {reported(6), {}}});
  expect_each_reported_once();
  EXPECT_TRUE(recorder_.problems.empty());
}

}  // namespace
}  // namespace roost::client
