// The header fields that delivery puts before a message (RFC 5321 section 4.4): Return-Path,
// Delivered-To, Received.
//
// All recipients of a transaction share the octets. Delivered-To, and the FOR clause of Received,
// are therefore written only if there is one recipient: to list several would show each of them
// the others, Bcc included (section 7.2; docs/decisions/0004-delivered-to.md).
#pragma once

#include <string>
#include <string_view>

#include "lmtp/path.h"
#include "mail/digest.h"

namespace roost::lmtp {

struct Trace {
  const Path& reverse_path;
  const Path* only_recipient = nullptr;  // null: there are several
  std::string_view client;               // as LHLO named it
  std::string_view peer_address;         // net::Connection::peer_address()
  std::string_view hostname;
  std::string_view protocol;  // "LMTP", "UTF8LMTP" (RFC 3848, RFC 6531 section 4.3)
  std::string_view id;
  mail::InternalDate date;
};

[[nodiscard]] std::string trace_fields(const Trace& trace);

}  // namespace roost::lmtp
