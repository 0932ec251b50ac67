// append-message, for APPEND and REPLACE (RFC 3502, RFC 4466 section 6, RFC 4469 section 5,
// literal8 RFC 3516 section 7):
//   append-message = [SP flag-list] [SP date-time] SP append-data
//   append-data    = literal / literal8 / "CATENATE" SP "(" cat-part *(SP cat-part) ")"
//   cat-part       = "TEXT" SP literal / "URL" SP astring
// The literals are not in the command: they have streamed into session.incoming, in their order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"
#include "mail/digest.h"
#include "mail/flags.h"
#include "store/batch.h"
#include "store/mailbox.h"

namespace roost::imap {

struct AppendMessage {
  mail::FlagNames flags;
  std::optional<mail::InternalDate> date;
  // Of CATENATE: each the URL of a message or part, or nothing, which is the next literal.
  std::vector<std::optional<std::string>> catenate;  // empty: the message is the next literal
};

[[nodiscard]] AppendMessage append_message(Parser& parser);

// The messages, to be committed; there is room for them, less the octets of a message that they
// replace. Nothing if one of them cannot be: session.reply says why, with [BADURL …], [TOOBIG] or
// [CANNOT]. kOverQuota; kLimit: they, their parts or their structure are too many. Worker.
[[nodiscard]] Result<std::optional<std::vector<store::NewMessage>>> make_messages(
    Session& session, std::vector<AppendMessage> messages, std::uint64_t replaced = 0);

// "APPENDUID 38505 3955" (RFC 4315 section 3).
[[nodiscard]] std::string appenduid_code(const store::Mailbox& mailbox,
                                         const store::Committed& committed);

}  // namespace roost::imap
