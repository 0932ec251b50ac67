// What a server says, as values: the responses of RFC 9051 section 7 and of extensions; more than
// our own client asks for. Whoever reads them owns them; nothing points into a frame.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "imap/protocol/condition.h"
#include "mail/digest.h"
#include "mail/ids.h"
#include "mail/uid_set.h"

namespace roost::imap::response {

// resp-text-code, section 7.1.
struct Code {
  std::string name;                       // upper case; empty: there is none
  std::string arguments;                  // what follows the name, as it came
  std::optional<std::uint64_t> number;    // the argument where it is one: UIDNEXT, HIGHESTMODSEQ …
  std::vector<std::string> capabilities;  // of CAPABILITY
  bool operator==(const Code&) const = default;
};

// response-tagged, resp-cond-state, resp-cond-bye, greeting.
struct Status {
  std::string tag;  // empty: untagged
  Condition condition = Condition::kOk;
  Code code;
  std::string text;
  bool operator==(const Status&) const = default;
};

struct Continuation {  // "+ text"
  std::string text;
  bool operator==(const Continuation&) const = default;
};
struct Capability {
  std::vector<std::string> names;
  bool operator==(const Capability&) const = default;
};
struct Enabled {  // RFC 5161 section 3.2
  std::vector<std::string> names;
  bool operator==(const Enabled&) const = default;
};
struct Flags {
  std::vector<std::string> names;
  bool operator==(const Flags&) const = default;
};
struct Exists {
  std::uint32_t count = 0;
  bool operator==(const Exists&) const = default;
};
struct Recent {
  std::uint32_t count = 0;
  bool operator==(const Recent&) const = default;
};
struct Expunge {
  mail::SeqNum seq;
  bool operator==(const Expunge&) const = default;
};
struct Vanished {  // RFC 7162 section 3.2.10
  bool earlier = false;
  mail::UidSet uids;
  bool operator==(const Vanished&) const = default;
};
// message-data; of its msg-atts what a client that waits asks for.
struct Fetch {
  mail::SeqNum seq;
  std::optional<mail::Uid> uid;
  std::optional<std::vector<std::string>> flags;
  std::optional<mail::ModSeq> modseq;
  std::optional<mail::InternalDate> internal_date;
  std::optional<std::uint64_t> size;    // RFC822.SIZE
  std::optional<std::string> envelope;  // "(…)" as it came; client/envelope.h reads it
  bool operator==(const Fetch&) const = default;
};
struct List {
  std::vector<std::string> attributes;
  std::optional<char> delimiter;
  std::string mailbox;  // as it came: modified UTF-7, or UTF-8 where that is enabled
  bool operator==(const List&) const = default;
};
struct MailboxStatus {  // STATUS
  std::string mailbox;
  std::optional<std::uint32_t> messages;
  std::optional<mail::Uid> uid_next;
  std::optional<mail::UidValidity> uid_validity;
  std::optional<std::uint32_t> unseen;
  std::optional<mail::ModSeq> highest_modseq;
  bool operator==(const MailboxStatus&) const = default;
};
struct Search {
  std::vector<std::uint32_t> numbers;
  std::optional<mail::ModSeq> modseq;
  bool operator==(const Search&) const = default;
};
struct ESearch {
  std::string tag;
  bool uid = false;
  std::optional<mail::UidSet> all;  // UIDs or message numbers, as uid says
  std::optional<std::uint32_t> min;
  std::optional<std::uint32_t> max;
  std::optional<std::uint32_t> count;
  std::optional<mail::ModSeq> modseq;
  bool operator==(const ESearch&) const = default;
};
// Of another kind: not ours to read.
struct Unknown {
  std::string name;  // upper case
  bool operator==(const Unknown&) const = default;
};
// Of a kind above, but not by its grammar.
struct Malformed {
  std::string error;  // what was expected, and where
  std::string name;   // upper case; empty: of a tagged one, or that could not be read either
  bool operator==(const Malformed&) const = default;
};

}  // namespace roost::imap::response

namespace roost::imap {

using Response =
    std::variant<response::Status, response::Continuation, response::Capability, response::Enabled,
                 response::Flags, response::Exists, response::Recent, response::Expunge,
                 response::Vanished, response::Fetch, response::List, response::MailboxStatus,
                 response::Search, response::ESearch, response::Unknown, response::Malformed>;

}  // namespace roost::imap
