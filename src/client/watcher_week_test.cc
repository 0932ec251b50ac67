// A week of waiting, on a clock of its own: nothing is missed, and nothing grows.
#include <gtest/gtest.h>

#include "client/scenario.h"
#include "client/test_memory.h"

namespace roost::client {
namespace {

using std::chrono::minutes;

// A message each hour, read, and expunged some hours later; "Still here" each two minutes.
class Week {
 public:
  Week() { scenario_.keeps_events = false; }
  void hour() {
    FakeMailbox& inbox = scenario_.server.mailboxes["INBOX"];
    for (int two_minutes = 0; two_minutes < 30; ++two_minutes) {
      if (scenario_.watcher == nullptr) scenario_.connect();
      scenario_.pump();
      if (scenario_.session != nullptr && scenario_.session->idling()) {
        scenario_.session->say("* OK Still here");
      }
      scenario_.pump();
      if (scenario_.session != nullptr) scenario_.session->received.clear();
      scenario_.advance(minutes(2));
    }
    inbox.deliver();
    scenario_.server.changed("INBOX");
    scenario_.pump();
    inbox.set_flags(inbox.messages.size() - 1, {"\\Seen"});
    if (inbox.messages.size() > 10) inbox.expunge(0);
    inbox.expunged.clear();
    scenario_.server.changed("INBOX");
    scenario_.pump();
    if (++hours_ % 12 == 0) scenario_.disconnect();
  }
  Scenario scenario_;

 private:
  int hours_ = 0;
};

TEST(WatcherWeek, MemoryStaysFlat) {
  Week week;
  for (int hour = 0; hour < 24; ++hour) week.hour();
  const std::size_t after_a_day = test_memory::octets_in_use();
  for (int hour = 24; hour < 7 * 24; ++hour) week.hour();
  EXPECT_LT(test_memory::octets_in_use(), after_a_day + 1'024);
  week.scenario_.settle();
  week.scenario_.expect_in_step("INBOX");
  EXPECT_TRUE(week.scenario_.problems.empty()) << week.scenario_.problems.front().text;
}

}  // namespace
}  // namespace roost::client
