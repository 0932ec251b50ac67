// An account at a server that lets in now many connections and now few, while mailboxes come, go
// and are forbidden, connections end and mail arrives, drawn at random: at rest all mail of the
// mailboxes that are there has been reported, and nothing twice.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "client/account_fixture.h"

namespace roost::client {
namespace {

using std::chrono::milliseconds;

constexpr int kActions = 60;
constexpr int kForbidding = 40;             // of them
constexpr std::size_t kMostMailboxes = 14;  // more than an account has connections

class Reports : public Listener {
 public:
  bool on_events(const std::vector<Event>& events) override {
    for (const Event& event : events) {
      if (event.kind == EventKind::kMessageNew) ++times[event.mailbox][event.uid.value];
    }
    return true;
  }
  void on_problem(const Problem& /*problem*/) override {}
  void on_caught_up() override { caught_up = true; }

  std::map<std::string, std::map<std::uint32_t, int>> times;
  bool caught_up = false;
};

class AccountModel : public AccountTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  AccountModel() {
    serve();
    settings_.watcher.patterns = {"m*"};
    settings_.watcher.poll = milliseconds(20);
    settings_.watcher.refused = milliseconds(300);
    for (const char* name : {"n1", "n2"}) {
      server_->fake.mailboxes[name];
      settings_.watcher.mailboxes.emplace_back(name);
    }
    for (int i = 0; i < 5; ++i) make_mailbox();
  }

  std::size_t draw(std::size_t choices) {
    return std::uniform_int_distribution<std::size_t>(0, choices - 1)(random_);
  }
  std::string draw_mailbox() {
    return std::next(mailboxes().begin(), static_cast<std::ptrdiff_t>(draw(mailboxes().size())))
        ->first;
  }
  [[nodiscard]] std::map<std::string, FakeMailbox>& mailboxes() { return server_->fake.mailboxes; }
  // No name comes back: who was not there meanwhile could take it for the one that was.
  void make_mailbox() { mailboxes()["m" + std::to_string(++made_)]; }
  void deliver(const std::string& mailbox) {
    mailboxes()[mailbox].deliver();
    server_->changed(mailbox);
  }
  void limit() {
    constexpr std::array<std::size_t, 7> kLimits = {1, 2, 3, 5, 8, 100, 100};
    server_->fake.most_logged_in = kLimits.at(draw(kLimits.size()));
  }

  void act(Account& account) {
    const std::string mailbox = draw_mailbox();
    switch (draw(10)) {
      case 0:
        return limit();
      case 1:
        server_->fake.most_logged_in = 0;
        return;
      case 2:
        return server_->cut(mailbox);
      case 3:
        return draw(3) == 0 ? server_->cut_all() : server_->cut("INBOX");
      case 4:
        if (mailboxes().size() < kMostMailboxes) make_mailbox();
        return;
      case 5:
        if (mailbox.starts_with('m')) mailboxes().erase(mailbox);
        return;
      case 6:
        if (mailbox.starts_with('m')) server_->fake.forbidden.insert(mailbox);
        return;
      case 7:
        return account.probe();
      default:
        return deliver(mailbox);
    }
  }
  // What was forbidden has been allowed again for long enough to be tried with the next LIST.
  void come_to_rest(Account& account) {
    limit();
    server_->cut_all();
    account.probe();
    for (const auto& [name, mailbox] : mailboxes()) deliver(name);
  }
  [[nodiscard]] std::string missing() {
    std::string text;
    for (const auto& [name, mailbox] : mailboxes()) {
      for (const FakeMessage& message : mailbox.messages) {
        if (!reports_.times[name].contains(message.uid)) {
          text += " " + name + "/" + std::to_string(message.uid);
        }
      }
    }
    return text;
  }

  std::mt19937 random_{GetParam()};
  int made_ = 0;
  Reports reports_;
};

TEST_P(AccountModel, AtRestAllMailHasBeenReportedOnce) {
  Account account(context_, settings_, reports_);
  ASSERT_TRUE(account.start().has_value());
  boost::asio::steady_timer timer(context_);
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  int actions = 0;
  const std::function<void()> next = [&] {
    timer.expires_after(milliseconds(draw(100)));
    timer.async_wait([&](const boost::system::error_code& /*error*/) {
      const bool at_rest = actions == kActions && missing().empty();
      if (at_rest || std::chrono::steady_clock::now() > end) return stop(account);
      if (reports_.caught_up && actions < kActions) {
        act(account);
        if (actions >= kForbidding) server_->fake.forbidden.clear();
        if (++actions == kActions) come_to_rest(account);
      }
      next();
    });
  };
  next();
  context_.run();
  EXPECT_EQ(missing(), "") << "of " << actions << " actions";
  for (const auto& [name, uids] : reports_.times) {
    for (const auto& [uid, times] : uids) EXPECT_EQ(times, 1) << name << "/" << uid;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AccountModel, ::testing::Range(0U, 3U));

}  // namespace
}  // namespace roost::client
