// objectid (RFC 8474 section 7): the ids of mailboxes, messages and threads as clients see them.
// A letter, which tells them apart, and the number in lower-case hexadecimal. Case counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mail/digest.h"
#include "mail/ids.h"

namespace roost::mail {

[[nodiscard]] std::string mailbox_id(MailboxId mailbox, UidValidity uid_validity);  // MAILBOXID
// EMAILID: copies of a message, and what one delivery brought to several mailboxes, share a blob.
[[nodiscard]] std::string email_id(BlobId blob);
[[nodiscard]] std::string thread_id(ThreadId thread);  // THREADID; requires: not 0

// What has that id; nothing if none can have it.
[[nodiscard]] std::optional<BlobId> email_named(std::string_view id);
[[nodiscard]] std::optional<ThreadId> thread_named(std::string_view id);

}  // namespace roost::mail
