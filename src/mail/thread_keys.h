// By what the messages of a thread find each other (RFC 8474 section 5.2, docs/decisions/0010): two
// messages belong together if one names the other's Message-ID, or both name the same, and their
// subjects are the same but for what replies and lists put before them.
//
// A key is a hash of a message id (mail/message_ids.h) and the subject without that. On disk: how
// it is made never changes (docs/formats/thread.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mail/digest.h"

namespace roost::mail {

inline constexpr std::size_t kMaxThreadKeys = 12;

// Its own first, then those of the messages that it refers to, the nearest first. None of a message
// without ids.
[[nodiscard]] std::vector<std::uint64_t> thread_keys(const Digest& digest);

}  // namespace roost::mail
