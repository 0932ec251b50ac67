// The untagged LIST that SELECT must send to a client of IMAP4rev2 (RFC 9051 section 6.3.2), and
// other commands where a mailbox's name is not what the client wrote (section 6.3.9.7): "inbox" for
// INBOX, or what is not in Unicode NFC. Other clients are told nothing.
#pragma once

#include <string_view>

#include "imap/session.h"
#include "store/store.h"

namespace roost::imap {

// supplied: the name as the client wrote it. A delimiter at its end makes no other name.
[[nodiscard]] bool is_as_supplied(std::string_view name, std::string_view supplied);

// "* LIST () "/" INBOX", with OLDNAME unless the name is as supplied.
void tell_selected_name(Session& session, const store::Mailbox& mailbox, std::string_view supplied);
// "* LIST () "/" INBOX ("OLDNAME" ("inbox"))". attribute: may be empty.
void tell_old_name(Session& session, std::string_view name, std::string_view old_name,
                   std::string_view attribute = {});

}  // namespace roost::imap
