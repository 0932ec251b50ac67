// What a watcher reports of a mailbox, by the names of RFC 5423 section 4.1. One event is of one
// message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/digest.h"
#include "mail/ids.h"

namespace roost::client {

enum class EventKind : std::uint8_t {
  kMessageNew,
  kMessageExpunge,
  kMessageRead,   // \Seen was set
  kMessageTrash,  // \Deleted was set
  kFlagsSet,      // other flags were set
  kFlagsClear,
  // Not of RFC 5423: UIDVALIDITY has changed, nothing that was said of UIDs counts any more. What
  // is in the mailbox then is not reported.
  kMailboxReset,
};

[[nodiscard]] constexpr std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::kMessageNew:
      return "MessageNew";
    case EventKind::kMessageExpunge:
      return "MessageExpunge";
    case EventKind::kMessageRead:
      return "MessageRead";
    case EventKind::kMessageTrash:
      return "MessageTrash";
    case EventKind::kFlagsSet:
      return "FlagsSet";
    case EventKind::kFlagsClear:
      return "FlagsClear";
    case EventKind::kMailboxReset:
      return "MailboxReset";
  }
  return "";
}

struct Event {
  EventKind kind = EventKind::kMessageNew;
  std::string mailbox;  // UTF-8
  mail::UidValidity uid_validity;
  mail::Uid uid;                   // 0 of kMailboxReset
  std::vector<std::string> flags;  // of kMessageNew all, of kFlags… those that were set or cleared
  mail::ModSeq modseq;             // 0: the server did not say
  // Of kMessageNew, where they were asked for.
  std::optional<mail::InternalDate> internal_date{};
  std::optional<std::uint64_t> size{};
  std::optional<std::string> envelope{};  // as FETCH sends it; envelope.h reads it
  bool operator==(const Event&) const = default;
};

}  // namespace roost::client
