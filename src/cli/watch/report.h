// Events as roost watch gives them away: a line for people, JSON with the names of RFC 5423
// (sections 4.1 and 4.2), and variables of an environment. What a server sends may hold anything;
// none of it reaches a terminal as a control character.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "admin/json.h"
#include "client/event.h"

namespace roost::cli {

// Which account an event is of.
struct Source {
  std::string user;
  std::string host;  // with its port, where that is not the usual one
  auto operator<=>(const Source&) const = default;
};

// What an action is given: events of one mailbox, in the order in which they were told.
struct Batch {
  Source source;
  std::string mailbox;
  std::vector<client::Event> events;
  std::size_t dropped = 0;  // that came later, and were too many to be kept
};

// "wren@mail.example/INBOX MessageNew 12 \Seen  Ann <ann@example.org>  A subject"
[[nodiscard]] std::string text_of(const Source& source, const client::Event& event);
[[nodiscard]] admin::Json json_of(const Source& source, const client::Event& event);
// A line for each event.
[[nodiscard]] std::string json_lines_of(const Batch& batch);
[[nodiscard]] admin::Json json_of(const Batch& batch);
// ROOST_USER, ROOST_HOST, ROOST_MAILBOX, ROOST_UIDVALIDITY; ROOST_COUNT of events; ROOST_EVENTS,
// the kinds of them; ROOST_NEW, the UIDs of those that are new, as a sequence-set; after a
// MailboxReset only of those that came after it.
[[nodiscard]] std::vector<std::string> environment_of(const Batch& batch);
// Without control characters.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace roost::cli
