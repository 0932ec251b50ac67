// The data items of STATUS (RFC 3501 section 6.3.10), for the command and for LIST's return option
// of that name (RFC 5819). The table of them is in status.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "imap/protocol/parser.h"
#include "imap/session.h"
#include "store/store.h"

namespace roost::imap {

enum class StatusAtt : std::uint8_t;

// "(" status-att *(SP status-att) ")"; each once. Never empty if there is no error.
[[nodiscard]] std::vector<StatusAtt> status_atts(Parser& parser);

// HIGHESTMODSEQ is among them, which enables CONDSTORE (RFC 7162 section 3.1).
[[nodiscard]] bool asks_highest_modseq(std::span<const StatusAtt> atts);

// "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)"
void write_status(Session& session, const store::Mailbox& mailbox,
                  const store::MailboxStatus& status, std::span<const StatusAtt> atts);

}  // namespace roost::imap
