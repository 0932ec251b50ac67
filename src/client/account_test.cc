#include "client/account.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "client/account_fixture.h"
#include "client/state_file.h"

namespace roost::client {
namespace {

TEST_F(AccountTest, ReportsAcrossConnections) {
  serve();
  FakeMailbox& inbox = server_->fake.mailboxes["INBOX"];
  inbox.deliver();
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, {{caught_up(1),
                 [&] {
                   inbox.deliver();
                   server_->changed();
                 }},
                {reported(1),
                 [&] {
                   server_->cut_all();
                   inbox.deliver();
                   inbox.expunge(0);
                 }},
                {reported(3), {}}});
  EXPECT_EQ(recorder_.reported,
            (std::vector<std::string>{"MessageNew 2", "MessageExpunge 1", "MessageNew 3"}));
  EXPECT_EQ(server_->accepted, 2);
  EXPECT_TRUE(recorder_.problems.empty());
}

TEST_F(AccountTest, GoesOnFromItsFile) {
  for (int round = 0; round < 2; ++round) {
    serve();
    FakeMailbox& inbox = server_->fake.mailboxes["INBOX"];
    for (int i = 0; i <= round; ++i) inbox.deliver();
    Account account(context_, settings_, recorder_);
    ASSERT_TRUE(account.start().has_value());
    recorder_.caught_up = 0;
    run(account, caught_up(1));
  }
  EXPECT_EQ(recorder_.reported, std::vector<std::string>{"MessageNew 2"});
}

TEST_F(AccountTest, WhatTheListenerCannotDealWithIsToldAgain) {
  for (const bool refuses : {true, false}) {
    serve();
    FakeMailbox& inbox = server_->fake.mailboxes["INBOX"];
    Account account(context_, settings_, recorder_);
    ASSERT_TRUE(account.start().has_value());
    const std::size_t before = recorder_.reported.size();
    recorder_.caught_up = 0;
    recorder_.refuses = refuses;
    const auto deliver = [&] {
      inbox.deliver();
      server_->changed();
    };
    if (refuses) {
      run(account, {{caught_up(1), deliver}, {reported(before + 1), deliver}, {reported(2), {}}});
    } else {
      inbox.deliver();
      inbox.deliver();
      run(account, reported(before + 2));
    }
  }
  EXPECT_EQ(recorder_.reported, (std::vector<std::string>{"MessageNew 1", "MessageNew 2",
                                                          "MessageNew 1", "MessageNew 2"}));
}

// What the server compresses is small, and what the client makes of it is not.
TEST_F(AccountTest, EventsAreHandedOnAlsoInTheMidstOfWhatWasCompressed) {
  serve();
  server_->fake.capabilities += " COMPRESS=DEFLATE";
  settings_.watcher.login.compress = true;
  server_->fake.mailboxes["INBOX"].deliver();
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  constexpr std::size_t kLines = 50'000;
  run(account, {{caught_up(1),
                 [&] {
                   std::minstd_rand random(1);
                   for (std::size_t i = 0; i < kLines; ++i) {
                     const std::string flag = std::to_string(random() % 1'000);
                     (*server_->fake.sessions.begin())->say("* 1 FETCH (FLAGS (" + flag + "))");
                   }
                   recorder_.most_at_once = 0;
                   server_->changed();
                 }},
                {reported(kLines), {}}});
  EXPECT_LT(recorder_.most_at_once, kLines / 10);
}

TEST_F(AccountTest, ThePasswordComesFromACommand) {
  serve();
  settings_.secret_command = {"printf", "p"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, caught_up(1));
}

TEST_F(AccountTest, NobodyWaitsForACommandOfAnAccountThatIsGone) {
  serve();
  const std::string runs = directory_ / "runs";
  ASSERT_EQ(::mkfifo(runs.c_str(), 0600), 0);
  settings_.secret_command = {"/bin/sh", "-c", "echo x > " + runs + "; exec sleep 1000"};
  const Time before = BootClock::now();
  {
    Account account(context_, settings_, recorder_);
    ASSERT_TRUE(account.start().has_value());
    EXPECT_EQ(std::ifstream(runs).get(), 'x');
  }
  context_.poll();  // what it has left there
  EXPECT_LT(BootClock::now() - before, Account::kSecretCommand);
}

TEST_F(AccountTest, AChangeOfTheNetworkWhileTheCommandRunsMakesNoSecondConnection) {
  serve();
  settings_.secret_command = {"printf", "p"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  account.probe();  // before its answer can be heard
  run(account, caught_up(1));
  EXPECT_EQ(server_->accepted, 1);
}

TEST_F(AccountTest, ACommandThatIsNotThereNeedsTheUser) {
  serve();
  settings_.secret_command = {"no-such-program-here"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, problems(1));
  EXPECT_EQ(recorder_.problems.front().kind, ProblemKind::kCredentials);
}

// The server speaks from a thread of its own, and the socket never runs dry.
TEST_F(AccountTest, AServerThatNeverStopsSpeakingIsStoppedListeningTo) {
  asio::io_context context;
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::tcp::v4(), 0});
  settings_.watcher.login.port = acceptor.local_endpoint().port();
  std::jthread speaker([&] {
    asio::ip::tcp::socket socket = acceptor.accept();
    std::string talk = "* PREAUTH [CAPABILITY IMAP4rev1] in\r\n";
    boost::system::error_code error;
    for (asio::write(socket, asio::buffer(talk), error); !error;) {
      talk.clear();
      for (int i = 0; i < 10'000; ++i) talk += "* OK and on\r\n";
      asio::write(socket, asio::buffer(talk), error);
      asio::post(context_, [this] { context_.stop(); });
    }
  });
  {
    Account account(context_, settings_, recorder_);
    ASSERT_TRUE(account.start().has_value());
    context_.run();
  }
  speaker.join();
  for (context_.restart(); context_.poll() > 0;) context_.restart();
}

TEST_F(AccountTest, AnotherNetworkDoesNotMakeAWrongPasswordRight) {
  serve();
  settings_.watcher.login.credentials.kind = Credentials::Kind::kToken;  // and no TLS
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, [&] {
    account.probe();
    return recorder_.problems.size() == 1;
  });
  EXPECT_EQ(server_->accepted, 1);
}

TEST_F(AccountTest, TheListenerMayDestroyIt) {
  for (const std::string when : {"events", "disconnected", "problem", "caught up"}) {
    serve();
    settings_.state_file.clear();
    settings_.watcher.login.credentials.kind = Credentials::Kind::kPassword;
    if (when == "disconnected" || when == "problem") {
      settings_.watcher.login.credentials.kind = Credentials::Kind::kToken;  // and no TLS
    }
    const std::size_t events = recorder_.reported.size();
    std::optional<Account> account;
    account.emplace(context_, settings_, recorder_);
    ASSERT_TRUE(account->start().has_value());
    recorder_.then = [&] {
      if (when == "problem" && recorder_.problems.empty()) return;
      if (when == "events" && recorder_.reported.size() == events) {
        server_->fake.mailboxes["INBOX"].deliver();
        return asio::post(context_, [&] { server_->changed(); });
      }
      account.reset();
      server_->close();
    };
    context_.restart();
    context_.run();
    EXPECT_FALSE(account.has_value());
  }
  EXPECT_EQ(recorder_.reported.size(), 1U);
  EXPECT_EQ(recorder_.problems.size(), 1U);
}

TEST_F(AccountTest, TheMailboxesAreNamedOnce) {
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{}, {""}, {"a", "b", "a"}, {"INBOX", "inbox"}}) {
    settings_.watcher.mailboxes = names;
    Account account(context_, settings_, recorder_);
    EXPECT_EQ(account.start().error().code, ErrorCode::kInvalid);
  }
  serve();
  settings_.watcher.mailboxes = {"Inbox"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, caught_up(1));
}

// As a full disk: said once, and written when there is room again.
TEST_F(AccountTest, AStateFileThatCannotBeWrittenIsTriedAgain) {
  serve();
  const std::string in_the_way = state_ + ".new";
  std::filesystem::create_directories(in_the_way + "/x");
  FakeMailbox& inbox = server_->fake.mailboxes["INBOX"];
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  const auto deliver = [&] {
    inbox.deliver();
    server_->changed();
  };
  ToldByMailbox kept;
  run(account, {{caught_up(1), deliver},
                {reported(1), deliver},
                {reported(2),
                 [&] {
                   std::filesystem::remove_all(in_the_way);
                   deliver();
                 }},
                {reported(3), deliver},
                {reported(4), [&] { kept = load_state(state_).value_or(ToldByMailbox()); }}});
  ASSERT_EQ(recorder_.problems.size(), 1U);
  EXPECT_TRUE(recorder_.problems.front().text.contains(in_the_way));
  EXPECT_TRUE(kept["INBOX"].uids.contains(mail::Uid(3)));
}

TEST_F(AccountTest, ADamagedStateFileIsSaid) {
  std::ofstream(state_) << "no";
  Account account(context_, settings_, recorder_);
  EXPECT_EQ(account.start().error().code, ErrorCode::kCorruption);
}

}  // namespace
}  // namespace roost::client
