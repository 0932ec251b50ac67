// CATENATE (RFC 4469): one message made of literals and of messages, or parts of them, that are in
// this account.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "imap/session.h"
#include "store/message_writer.h"

namespace roost::imap {

// Each part is a URL, or nothing, which is the next literal: `literal` moves along. Nothing if
// there is no such message: session.reply says why, with [BADURL …] or [TOOBIG]. Worker.
[[nodiscard]] Result<std::optional<store::ReceivedMessage>> catenate(
    Session& session, std::span<const std::optional<std::string>> parts,
    std::vector<store::ReceivedMessage>::iterator& literal);

}  // namespace roost::imap
