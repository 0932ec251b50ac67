// The end of LOGIN and AUTHENTICATE.
#pragma once

#include <string_view>

#include "imap/command.h"
#include "imap/session.h"

namespace roost::imap {

// Logs in; the tagged OK carries the capabilities, which saves the client a command.
[[nodiscard]] Result<Progress> log_in(Session& session, std::string_view name,
                                      std::string_view password);

// Refuses passwords that would cross a network in the clear; true: refused, the reply is set.
[[nodiscard]] bool refuse_cleartext(Session& session);

}  // namespace roost::imap
