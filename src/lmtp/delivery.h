// Puts one stored message into the mailboxes of its recipients, and says of each how it went.
//
// Several mailboxes are committed at the same time, so that the store can let them share a sync of
// the disk; a reply says 250 only after its own commit. A mailbox that two forward-paths mean gets
// the message once, and both get its reply.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lmtp/context.h"
#include "lmtp/destination.h"
#include "lmtp/reply.h"
#include "store/batch.h"

namespace roost::lmtp {

// What is delivered, to whom. Refers to the session's transaction.
struct Delivery {
  std::string_view id;  // as in Received: reply and log name it
  const Path& reverse_path;
  std::span<const Recipient> recipients;  // at least one
};

// One reply for each recipient, in order; each is logged and counted. Blocks; runs on a worker and
// borrows others that are free.
[[nodiscard]] std::vector<Reply> deliver(LmtpContext& context, const Delivery& delivery,
                                         const store::NewMessage& message);
// The replies where there is no message to deliver.
[[nodiscard]] std::vector<Reply> fail_all(LmtpContext& context, const Delivery& delivery,
                                          const Error& error);

}  // namespace roost::lmtp
