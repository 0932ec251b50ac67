// A watcher and a fake server with an unreliable network and a clock between them, for tests. A
// Replica checks whatever is reported.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "client/fake_session.h"
#include "client/replica.h"
#include "client/state_file.h"
#include "client/watcher.h"

namespace roost::client {

class Scenario {
 public:
  explicit Scenario(std::uint64_t seed = 1, std::vector<std::string> mailboxes = {"INBOX"})
      : random(seed) {
    settings.login = {.host = "mail.example", .credentials = {.user = "u", .secret = "p"}};
    settings.mailboxes = std::move(mailboxes);
    settings.details.envelope = true;
  }

  void connect() {
    session = std::make_unique<FakeSession>(server);
    watcher = std::make_unique<Watcher>(settings, told, keep_alive, now);
    to_client_.clear();
    reachable = true;
  }
  void disconnect() {
    if (watcher != nullptr) {
      watcher->lost("", now);
      take_events();
    }
    watcher.reset();
    session.reset();
  }

  // The watcher's process ends, and another goes on from the file that it left.
  void restart() {
    const std::string file = encode_state(told);
    disconnect();
    auto read = decode_state(file);
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    told = std::move(*read);
    replica_ = Replica(told);
    keep_alive = {};
  }

  // What is in the network arrives, a part of a line at a time, after at most `octets` of it the
  // connection is cut. True if anything arrived.
  bool pump(std::size_t octets = static_cast<std::size_t>(-1)) {
    bool any = false;
    while (watcher != nullptr && exchange(octets)) any = true;
    return any;
  }
  void advance(Duration by) {
    now += by;
    if (watcher == nullptr) return;
    watcher->tick(now);
    after_step();
  }
  void advance_to_deadline() {
    if (watcher != nullptr && watcher->deadline() > now) {
      advance(watcher->deadline() - now);
    } else {
      advance({});
    }
  }
  // Until all is said and nothing moves, connecting as often as it takes.
  void settle() {
    for (int quiet = 0, rounds = 0; quiet < 3; ++rounds) {
      ASSERT_LT(rounds, 500) << "never comes to rest"
                             << (problems.empty() ? "" : problems.back().text);
      if (watcher == nullptr) connect();
      const bool moved = pump();
      quiet = moved || watcher == nullptr || !watcher->caught_up() ? 0 : quiet + 1;
      if (!moved && watcher != nullptr) {
        advance_to_deadline();
        pump();
      }
    }
  }
  // What the watcher believes is what the server has.
  void expect_in_step(const std::string& mailbox) {
    const FakeMailbox& there = server.mailboxes[mailbox];
    const Told& here = told[mailbox];
    EXPECT_EQ(here.uid_validity.value, there.uid_validity);
    mail::UidSet uids;
    std::map<std::string, mail::UidSet, Told::LessIgnoringCase> flags;
    for (const FakeMessage& message : there.messages) {
      uids.add(mail::Uid(message.uid));
      for (const std::string& flag : message.flags) flags[flag].add(mail::Uid(message.uid));
    }
    EXPECT_EQ(here.uids, uids) << mailbox << " " << here.uids.to_string() << " / "
                               << uids.to_string();
    EXPECT_EQ(here.flags, flags) << mailbox;
  }

  FakeServer server;
  Watcher::Settings settings;
  KeepAlive keep_alive;
  Time now{std::chrono::hours(1'000)};
  ToldByMailbox told;
  std::unique_ptr<FakeSession> session;
  std::unique_ptr<Watcher> watcher;
  bool reachable = true;  // false: a black hole
  bool keeps_events = true;
  std::vector<Event> events;  // all that was reported
  std::vector<Problem> problems;
  std::mt19937_64 random;

 private:
  bool exchange(std::size_t& octets) {
    bool any = false;
    if (const std::string out = watcher->take_output().string(); !out.empty()) {
      any = true;
      if (reachable) session->receive(out);
    }
    to_client_ += session->take_output();
    if (!reachable) to_client_.clear();
    after_step();
    while (watcher != nullptr && !to_client_.empty()) {
      if (octets == 0) {
        disconnect();
        return true;
      }
      any = true;
      std::size_t piece = std::min(to_client_.find('\n') + 1, to_client_.size());
      if (piece == 0) piece = to_client_.size();
      if (random() % 4 == 0) piece = 1 + random() % piece;
      piece = std::min(piece, octets);
      octets -= piece;
      const std::string arriving = to_client_.substr(0, piece);
      to_client_.erase(0, piece);
      watcher->receive(arriving, now);
      after_step();
    }
    return any;
  }

  void after_step() {
    take_events();
    if (watcher->wish() != Watcher::Wish::kClose) return;
    if (watcher->problem()) problems.push_back(*watcher->problem());
    watcher.reset();
    session.reset();
  }

  void take_events() {
    const std::vector<Event> taken = watcher->take_events();
    replica_.follow(taken, told);
    if (keeps_events) events.insert(events.end(), taken.begin(), taken.end());
  }

  std::string to_client_;
  Replica replica_;
};

}  // namespace roost::client
