// What the commands with a mailbox name have in common: the name as it came becomes the name as it
// is stored (UTF-8, NFC, INBOX), or the command is answered NO (RFC 3501 section 5.1).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "imap/session.h"
#include "store/mailbox.h"

namespace roost::imap {

enum class MissingMailbox : std::uint8_t { kNonexistent, kTryCreate };

// A valid name; otherwise nothing, and session.reply is NO [CANNOT].
[[nodiscard]] std::optional<std::string> mailbox_name(Session& session, std::string_view wire);

// The mailbox of that name, if it exists and can hold messages; otherwise nothing, and
// session.reply says why: [CANNOT], [NONEXISTENT] or [TRYCREATE], or the store's trouble.
[[nodiscard]] std::optional<store::Mailbox> find_mailbox(Session& session, std::string_view wire,
                                                         MissingMailbox missing);

}  // namespace roost::imap
