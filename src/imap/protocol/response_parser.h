// parse_response: reads one response by the grammar of RFC 9051 section 9 (RFC 3501, 5161, 7162 and
// 4731 where they differ or add). It takes what servers really send, not only what they may:
// a "+" without its space, spaces at ends, flags and mailbox names that are no atoms, msg-atts it
// does not know. What it does not know it steps over; what it knows and cannot read is Malformed,
// and never half read.
#pragma once

#include <cstddef>

#include "imap/protocol/frame.h"
#include "imap/protocol/response.h"

namespace roost::imap {

inline constexpr std::size_t kMaxCapabilities = 1'000;  // more of them are Malformed

[[nodiscard]] Response parse_response(const Frame& frame);

}  // namespace roost::imap
