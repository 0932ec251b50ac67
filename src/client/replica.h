// What a watcher reports, played to a copy of what had been told before, for tests; if the two ever
// differ, something was reported twice, or not, or wrongly.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "client/event.h"
#include "client/told.h"

namespace roost::client {

class Replica {
 public:
  Replica() = default;
  explicit Replica(ToldByMailbox told) : copy_(std::move(told)) {}

  // told: as it is after the events. A baseline comes without events; it and events never come in
  // one line.
  void follow(const std::vector<Event>& events, const ToldByMailbox& told) {
    for (const Event& event : events) play(event);
    for (const auto& [name, now_told] : told) {
      Told& copy = copy_[name];
      if (copy.uid_validity != now_told.uid_validity) copy = now_told;
      ASSERT_EQ(copy.uids, now_told.uids) << name;
      ASSERT_EQ(copy.flags, now_told.flags) << name;
    }
  }

 private:
  void play(const Event& event) {
    Told& copy = copy_[event.mailbox];
    const mail::Uid uid = event.uid;
    std::vector<std::string> flags;
    for (const auto& [name, who] : copy.flags) {
      if (who.contains(uid)) flags.push_back(name);
    }
    if (event.kind == EventKind::kMessageNew) {
      EXPECT_FALSE(copy.uids.contains(uid)) << "reported twice: " << uid.value;
      EXPECT_TRUE(event.envelope.has_value());
      copy.add(uid, event.flags);
      return;
    }
    if (event.kind == EventKind::kMailboxReset) {
      copy = {};
      return;
    }
    EXPECT_TRUE(copy.uids.contains(uid)) << name_of(event.kind) << " of nothing: " << uid.value;
    if (event.kind == EventKind::kMessageExpunge) {
      copy.remove(mail::UidSet({uid, uid}));
    } else if (event.kind == EventKind::kFlagsClear) {
      for (const std::string& flag : event.flags) {
        EXPECT_EQ(std::erase(flags, flag), 1U) << flag << " was not set: " << uid.value;
      }
      (void)copy.change_flags(uid, flags);
    } else {
      flags.insert(flags.end(), event.flags.begin(), event.flags.end());
      EXPECT_EQ(copy.change_flags(uid, flags).set, event.flags) << uid.value;
    }
  }

  ToldByMailbox copy_;
};

}  // namespace roost::client
