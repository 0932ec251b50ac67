// The one place where an Error becomes words for an LMTP client (RFC 5321 section 4.2.3, RFC 3463).
//
// What it decides is who has the message next: a 4xx leaves it in the sender's queue, a 5xx sends
// it back. Whatever is our trouble is 4xx; the detail of an Error is for our log and is never sent.
#pragma once

#include "base/error.h"
#include "lmtp/reply.h"

namespace roost::lmtp {

[[nodiscard]] Reply reply_from_error(const Error& error);

}  // namespace roost::lmtp
