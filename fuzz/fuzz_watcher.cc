// A watcher and whatever a server may say to it. The first octet says what had been told before and
// how large the pieces are, and whether several are asked in turn; a NUL octet lets time pass to
// the next deadline, an SOH has one of these go to another connection, or come, and the rest is
// what the server says. What must hold: a connection always has a deadline or an end, what is
// reported is of messages that were told (or of new ones), and what is kept can be written and read
// again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "client/state_file.h"
#include "client/watcher.h"

namespace {

namespace client = roost::client;
using client::EventKind;

// UIDs that may be reported as gone or changed: those that were told.
class Mirror {
 public:
  explicit Mirror(const client::ToldByMailbox& told) : told_(told) {}
  void check(const std::vector<client::Event>& events, const client::ToldByMailbox& now) {
    for (const client::Event& event : events) {
      client::Told& copy = told_[event.mailbox];
      if (copy.uid_validity == event.uid_validity && event.kind != EventKind::kMailboxReset) {
        ROOST_CHECK(copy.uids.contains(event.uid) == (event.kind != EventKind::kMessageNew));
      }
      if (event.kind == EventKind::kMailboxReset) {
        copy = {};
      } else if (event.kind == EventKind::kMessageNew) {
        ROOST_CHECK(event.uid.value > 0);
        copy.uids.add(event.uid);
      } else if (event.kind == EventKind::kMessageExpunge) {
        copy.uids.remove({event.uid, event.uid});
      }
    }
    // What is there at first comes without events.
    for (const auto& [name, mailbox] : now) {
      if (told_[name].uid_validity == mailbox.uid_validity) {
        ROOST_CHECK(told_[name].uids == mailbox.uids);
      } else {
        told_[name] = mailbox;
      }
    }
  }

 private:
  client::ToldByMailbox told_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  if (size == 0) return 0;
  const unsigned how = octets[0];
  std::string_view rest(reinterpret_cast<const char*>(octets) + 1, size - 1);

  client::Watcher::Settings settings;
  settings.login.credentials = {.user = "u", .secret = "p"};
  settings.mailboxes = {"INBOX"};
  if ((how & 1) != 0) settings.mailboxes.emplace_back("a");
  settings.in_turn = (how & 128) != 0;
  client::ToldByMailbox told;
  if ((how & 2) != 0) {
    told["INBOX"] = {.uid_validity = roost::mail::UidValidity(7),
                     .uid_next = roost::mail::Uid(5),
                     .modseq = roost::mail::ModSeq(9)};
    for (std::uint32_t uid = 1; uid < 5; ++uid) told["INBOX"].add(roost::mail::Uid(uid), {"x"});
  }
  client::KeepAlive keep_alive;
  client::Time now{std::chrono::hours(1)};
  client::Watcher watcher(settings, told, keep_alive, now);
  Mirror mirror(told);

  while (!rest.empty() && watcher.wish() != client::Watcher::Wish::kClose) {
    if (rest.front() == '\0') {
      rest.remove_prefix(1);
      now = std::max(now, watcher.deadline());
      watcher.tick(now);
    } else if (rest.front() == '\1' && settings.in_turn) {
      rest.remove_prefix(1);
      if (!watcher.give_away(now)) watcher.add("b", now);
    } else {
      const std::size_t signs = rest.find_first_of(std::string_view("\0\1", 2), 1);
      const std::size_t piece = std::min(signs, 1 + how / 4 * std::size_t{4});
      watcher.receive(rest.substr(0, piece), now);
      rest.remove_prefix(std::min(piece, rest.size()));
    }
    if (watcher.wish() == client::Watcher::Wish::kHandshake) watcher.secured(now);
    mirror.check(watcher.take_events(), told);
    (void)watcher.take_output();
    ROOST_CHECK(watcher.deadline() > now || watcher.problem());
  }
  const auto read = client::decode_state(client::encode_state(told));
  // Of a mailbox that was never read there is nothing to keep.
  std::erase_if(told, [](const auto& it) { return it.second.uid_validity.value == 0; });
  ROOST_CHECK(read && *read == told);
  return 0;
}
