// The keys that session tickets are sealed with (RFC 8446 section 4.6.1, RFC 5077). They are kept
// in a file, so that clients which all come back after a restart need no full handshake, and
// changed every day, as whoever has them can take the place of a session's server, and read
// sessions of TLS 1.2 that were resumed (RFC 9325 section 3.4).
#pragma once

#include <array>
#include <string>

#include "base/error.h"

namespace roost::net {

using TicketKeys = std::array<unsigned char, 80>;  // in the order of SSL_CTX_set_tlsext_ticket_keys

// Those of the file, or new ones if it is missing, more than a day old or damaged. kUnavailable if
// new ones cannot be kept.
[[nodiscard]] Result<TicketKeys> todays_ticket_keys(const std::string& file);

}  // namespace roost::net
