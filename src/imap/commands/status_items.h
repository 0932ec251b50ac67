// The data items of STATUS (RFC 3501 section 6.3.10), for the command and for LIST's return option
// of that name (RFC 5819), and for what nobody asked for (imap/other_mailboxes.h). The table of
// them is in status.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "imap/protocol/parser.h"
#include "imap/session.h"
#include "store/mailbox.h"

namespace roost::imap {

enum class StatusAtt : std::uint8_t {
  kMessages,
  kRecent,
  kUidNext,
  kUidValidity,
  kUnseen,
  kDeleted,
  kSize,
  kAppendLimit,
  kHighestModSeq,
  kMailboxId
};

// "(" status-att *(SP status-att) ")"; each once. Never empty if there is no error.
[[nodiscard]] std::vector<StatusAtt> status_atts(Parser& parser);

// HIGHESTMODSEQ is among them, which enables CONDSTORE (RFC 7162 section 3.1).
[[nodiscard]] bool asks_highest_modseq(std::span<const StatusAtt> atts);

struct StatusItem {
  std::string_view name;
  mail::MailboxId mailbox;
  store::MailboxStatus status;
  std::uint64_t append_limit = 0;  // 0: none
};

// "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)"
void write_status(ResponseWriter writer, const StatusItem& item, std::span<const StatusAtt> atts);
// The same, to a client that has asked.
void tell_status(Session& session, const store::Mailbox& mailbox,
                 const store::MailboxStatus& status, std::span<const StatusAtt> atts);

}  // namespace roost::imap
