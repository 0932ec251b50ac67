// A watcher that talks to a server by hand, for tests: what the server says goes in, what the
// watcher answers comes out, and the clock goes when it is told to.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "client/watcher.h"

namespace roost::client {

inline const std::string kReady = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN IDLE] ready\r\n";
inline const std::string kPlain = base64::encode(std::string("\0u\0p", 4));

// A conversation: what the server says, what the watcher answers.
class Talk {
 public:
  explicit Talk(Watcher::Settings settings = defaults())
      : watcher(std::move(settings), told, keep_alive, now) {}

  static Watcher::Settings defaults() {
    Watcher::Settings settings;
    settings.login = {.host = "mail.example", .credentials = {.user = "u", .secret = "p"}};
    settings.mailboxes = {"INBOX"};
    return settings;
  }
  std::string hears(std::string_view octets) {
    watcher.receive(octets, now);
    return watcher.take_output().string();
  }
  std::string later(Duration by) {
    now += by;
    watcher.tick(now);
    return watcher.take_output().string();
  }
  // Logs in and selects a mailbox of so many messages, UIDs 1 and up; to the IDLE or the wait.
  std::string selects(int messages, const std::string& ready = kReady) {
    EXPECT_EQ(hears(ready), "R1 AUTHENTICATE PLAIN " + kPlain + "\r\n");
    const std::string capabilities = ready.substr(5, ready.find(']') - 4);
    EXPECT_EQ(hears("R1 OK " + capabilities + " in\r\n"), "R2 EXAMINE \"INBOX\"\r\n");
    std::string said = hears("* " + std::to_string(messages) +
                             " EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nR2 OK done\r\n");
    if (messages == 0) return said;
    EXPECT_EQ(said, "R3 FETCH 1:" + std::to_string(messages) + " (UID FLAGS)\r\n");
    std::string list;
    for (int i = 1; i <= messages; ++i) {
      const std::string n = std::to_string(i);
      list += "* " + n + " FETCH (UID " + n + " FLAGS ())\r\n";
    }
    return hears(list + "R3 OK done\r\n");
  }
  [[nodiscard]] ProblemKind problem() const {
    EXPECT_TRUE(watcher.problem().has_value());
    EXPECT_EQ(watcher.wish(), Watcher::Wish::kClose);
    return watcher.problem() ? watcher.problem()->kind : ProblemKind::kUnreachable;
  }

  Time now{std::chrono::hours(100)};
  ToldByMailbox told;
  KeepAlive keep_alive;
  Watcher watcher;
};

inline std::vector<std::string> reported(Watcher& watcher) {
  std::vector<std::string> lines;
  for (const Event& event : watcher.take_events()) {
    std::string line = std::string(name_of(event.kind)) + " " + std::to_string(event.uid.value);
    for (const std::string& flag : event.flags) line += " " + flag;
    lines.push_back(std::move(line));
  }
  return lines;
}
using Lines = std::vector<std::string>;

}  // namespace roost::client
