// For tests: an Account with a server, and what it told.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/temporary_directory.h"
#include "client/account.h"
#include "client/socket_fixture.h"

namespace roost::client {

class Recorder : public Listener {
 public:
  bool on_events(const std::vector<Event>& events) override {
    most_at_once = std::max(most_at_once, events.size());
    for (const Event& event : events) {
      reported.push_back(std::string(name_of(event.kind)) + " " + std::to_string(event.uid.value));
    }
    if (then) then();
    return !refuses;
  }
  void on_problem(const Problem& problem) override {
    problems.push_back(problem);
    if (then) then();
  }
  void on_disconnected(const Problem& /*problem*/) override {
    ++disconnected;
    if (then) then();
  }
  void on_caught_up() override {
    ++caught_up;
    if (then) then();
  }
  std::vector<std::string> reported;
  std::vector<Problem> problems;
  std::size_t most_at_once = 0;
  int caught_up = 0;
  int disconnected = 0;
  bool refuses = false;
  std::function<void()> then;
};

class AccountTest : public ::testing::Test {
 protected:
  // What is done in a run once something holds. The end: nothing.
  struct Step {
    std::function<bool()> when;
    std::function<void()> then;
  };

  AccountTest() {
    settings_.watcher.login = {.host = "localhost",
                               .security = Login::Security::kNone,
                               .credentials = {.user = "u", .secret = "p"}};
    settings_.watcher.mailboxes = {"INBOX"};
    settings_.state_file = state_;
  }

  void serve(asio::ssl::context* tls = nullptr) {
    server_.emplace(context_, tls);
    settings_.watcher.login.port = server_->port();
  }
  // One step after the other; fails after a minute. What holds is looked at after each word to the
  // listener.
  void run(Account& account, std::vector<Step> steps) {
    asio::steady_timer limit(context_, std::chrono::minutes(1));
    limit.async_wait([&](const boost::system::error_code& error) {
      if (error) return;
      ADD_FAILURE() << "took too long for step " << next_;
      stop(account);
    });
    next_ = 0;
    bool posted = false;
    recorder_.then = [&] {
      if (posted || next_ == steps.size() || !steps[next_].when()) return;
      posted = true;
      asio::post(context_, [&] {
        posted = false;
        if (steps[next_].then) steps[next_].then();
        if (++next_ < steps.size()) return recorder_.then();
        limit.cancel();
        stop(account);
      });
    };
    context_.restart();
    context_.run();
    recorder_.then = nullptr;
  }
  void run(Account& account, std::function<bool()> end) { run(account, {{std::move(end), {}}}); }
  void stop(Account& account) {
    account.stop();
    server_->close();
  }

  std::function<bool()> caught_up(int times) {
    return [this, times] { return recorder_.caught_up >= times; };
  }
  std::function<bool()> reported(std::size_t events) {
    return [this, events] { return recorder_.reported.size() >= events; };
  }
  std::function<bool()> problems(std::size_t count) {
    return [this, count] { return recorder_.problems.size() >= count; };
  }

  const TemporaryDirectory directory_;
  const std::string state_ = directory_ / "state";
  asio::io_context context_;
  Account::Settings settings_;
  Recorder recorder_;
  std::optional<SocketServer> server_;

 private:
  std::size_t next_ = 0;
};

}  // namespace roost::client
