// How a command speaks of messages, and is told of them (RFC 3501 section 6.4.8).
#pragma once

#include <cstdint>

namespace roost::imap {

enum class Addressed : std::uint8_t { kByNumber, kByUid };

}  // namespace roost::imap
