// CAPABILITY (RFC 3501 sections 6.1.1 and 7.2.1, RFC 9051 section 7.2.2): made from the command
// table and from the list of extensions that are no command of their own.
#pragma once

#include <string>

#include "imap/session.h"

namespace roost::imap {

// "IMAP4rev1 IMAP4rev2 IDLE …", as it stands for this session now.
[[nodiscard]] std::string capabilities(const Session& session);

}  // namespace roost::imap
