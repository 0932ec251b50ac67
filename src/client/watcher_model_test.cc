// Everything is reported exactly once, whatever happens: random changes of mailboxes, connections
// that are cut between any two octets or go silent, restarts of the watcher. The seed of a run that
// fails is in its name.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "client/scenario.h"

namespace roost::client {
namespace {

constexpr std::array<std::string_view, 6> kServers = {
    "IMAP4rev1 SASL-IR AUTH=PLAIN ID IDLE ENABLE CONDSTORE QRESYNC",
    "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE CONDSTORE",
    "IMAP4rev1 AUTH=PLAIN IDLE",
    "IMAP4rev1 AUTH=PLAIN",
    "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE ENABLE CONDSTORE QRESYNC COMPRESS=DEFLATE",
    "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE ENABLE CONDSTORE QRESYNC NOTIFY",
};

class Model {
 public:
  explicit Model(unsigned seed) : scenario_(seed, mailboxes(seed)), random_(seed) {
    FakeServer& server = scenario_.server;
    server.capabilities = kServers[seed % kServers.size()];
    server.freedom.seed(seed);
    server.uid_in_fetch = pick(2) == 0;
    server.ends_idle = pick(4) == 0;
    scenario_.settings.in_turn = in_turn(seed);
    for (const std::string& name : scenario_.settings.mailboxes) {
      FakeMailbox& mailbox = server.mailboxes[name];
      for (std::uint32_t i = pick(6); i > 0; --i) mailbox.deliver(some_flags());
    }
  }

  void run() {
    for (int step = 0; step < 60; ++step) {
      one_step();
      if (::testing::Test::HasFailure()) return;
    }
    scenario_.settle();
    for (const std::string& name : scenario_.settings.mailboxes) scenario_.expect_in_step(name);
  }

 private:
  static bool in_turn(unsigned seed) { return seed / kServers.size() % 3 == 0; }
  // Several where one connection watches them: by NOTIFY, or in turn, as where there is no IDLE.
  static std::vector<std::string> mailboxes(unsigned seed) {
    const std::size_t server = seed % kServers.size();
    if (server == 3 || server == 5 || in_turn(seed)) return {"INBOX", "a", "b"};
    return {"INBOX"};
  }
  std::uint32_t pick(std::uint32_t below) {
    return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random_);
  }
  std::set<std::string> some_flags() {
    std::set<std::string> flags;
    for (const char* flag : {"\\Seen", "\\Deleted", "work", "$Junk"}) {
      if (pick(3) == 0) flags.insert(flag);
    }
    return flags;
  }

  void one_step() {
    switch (pick(10)) {
      case 0:
      case 1:
      case 2:
        for (std::uint32_t i = pick(3); i < 3; ++i) change();
        break;
      case 3:
        if (scenario_.watcher == nullptr) scenario_.connect();
        scenario_.pump(pick(600));
        break;
      case 4:
        // For good: a connection that has lost octets never goes on behind them.
        if (pick(3) == 0) scenario_.reachable = false;
        break;
      case 5:
        scenario_.advance_to_deadline();
        break;
      case 6:
        if (pick(4) == 0) scenario_.restart();
        break;
      default:
        if (scenario_.watcher == nullptr) scenario_.connect();
        scenario_.pump();
    }
  }

  void change() {
    const auto& names = scenario_.settings.mailboxes;
    const std::string& name = names[pick(static_cast<std::uint32_t>(names.size()))];
    FakeMailbox& mailbox = scenario_.server.mailboxes[name];
    const auto count = static_cast<std::uint32_t>(mailbox.messages.size());
    const std::uint32_t what = pick(20);
    if (what == 0) {
      mailbox.reset();
      if (scenario_.session != nullptr && scenario_.session->selected() == name) {
        return scenario_.disconnect();
      }
    } else if (what < 9 || count == 0) {
      mailbox.deliver(some_flags());
    } else if (what < 14) {
      mailbox.expunge(pick(count));
    } else {
      mailbox.set_flags(pick(count), some_flags());
    }
    scenario_.server.changed(name);
  }

  Scenario scenario_;
  std::mt19937 random_;
};

TEST(WatcherModel, EveryMessageIsReportedExactlyOnce) {
  for (unsigned seed = 0; seed < 3'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Model(seed).run();
    if (HasFailure()) return;
  }
}

// One conversation, cut after every octet; the next connection makes it good.
TEST(WatcherModel, AConnectionMayEndAfterAnyOctet) {
  for (const std::string_view capabilities : kServers) {
    bool complete = false;
    for (std::size_t octets = 0; !complete; ++octets) {
      SCOPED_TRACE(std::string(capabilities) + " cut after " + std::to_string(octets));
      Scenario scenario;
      scenario.server.capabilities = capabilities;
      FakeMailbox& inbox = scenario.server.mailboxes["INBOX"];
      for (int i = 0; i < 3; ++i) inbox.deliver({"\\Seen"});
      scenario.settle();
      scenario.disconnect();
      inbox.expunge(1);
      inbox.set_flags(0, {"work"});
      inbox.deliver();
      inbox.deliver({"$Junk"});
      scenario.connect();
      scenario.pump(octets);
      complete = scenario.watcher != nullptr;
      scenario.settle();
      scenario.expect_in_step("INBOX");
      const auto arrived =
          std::ranges::count(scenario.events, EventKind::kMessageNew, &Event::kind);
      EXPECT_EQ(arrived, 2);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace roost::client
