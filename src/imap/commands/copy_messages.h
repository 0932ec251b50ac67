// Copying messages to a mailbox, for COPY and MOVE: one commit, so all or none (RFC 3501 section
// 6.4.7). Octets are not copied; the copies refer to the same blob.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "imap/commands/message_set.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"
#include "mail/uid_set.h"

namespace roost::imap {

struct Copied {
  mail::UidSet uids;         // of the messages that were copied
  std::string copyuid_code;  // "COPYUID …" (RFC 4315 section 3); empty if there were none
};

// Whether the copied messages are expunged next; then they need no more room than they have.
enum class Originals : std::uint8_t { kStay, kGo };

// The messages of uids that exist, in order, with flags and internal date. Nothing if there is no
// such mailbox: session.reply says so, with [TRYCREATE].
[[nodiscard]] Result<std::optional<Copied>> copy_messages(Session& session,
                                                          const mail::UidSet& uids,
                                                          std::string_view mailbox,
                                                          Originals originals);

// COPY or MOVE, made from its arguments:  sequence-set SP mailbox
template <typename CopyOrMove>
[[nodiscard]] std::unique_ptr<Command> parse_to_mailbox(Parser& parser, const Session& session,
                                                        Addressed addressed) {
  parser.space();
  mail::UidSet uids = message_set(parser, session, addressed);
  parser.space();
  return std::make_unique<CopyOrMove>(std::move(uids), parser.mailbox());
}

}  // namespace roost::imap
