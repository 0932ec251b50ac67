// The values of the column families, but for digests (mail/digest.h) and body chunks (bodies.h).
// Each begins with its version; docs/formats/ has a page for each. decode_…: kCorruption.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "mail/mailbox_view.h"
#include "mail/uid_set.h"
#include "store/mailbox_header.h"
#include "store/store.h"

namespace roost::store {

[[nodiscard]] std::string encode_account(const Account& account);  // without id, which is its key
[[nodiscard]] Result<Account> decode_account(mail::AccountId id, std::string_view bytes);

[[nodiscard]] std::string encode_mailbox(const Mailbox& mailbox);  // without name
[[nodiscard]] Result<Mailbox> decode_mailbox(std::string_view name, std::string_view bytes);

[[nodiscard]] std::string encode_header(const MailboxHeader& header);
[[nodiscard]] Result<MailboxHeader> decode_header(std::string_view bytes);

[[nodiscard]] std::string encode_state(const mail::MessageEntry& entry);  // without uid
[[nodiscard]] Result<mail::MessageEntry> decode_state(mail::Uid uid, std::string_view bytes);

[[nodiscard]] std::string encode_expunged(const mail::UidSet& uids);
[[nodiscard]] Result<mail::UidSet> decode_expunged(std::string_view bytes);

// Ids, counters and the size in a candidate row.
[[nodiscard]] std::string encode_number(std::uint64_t number);
[[nodiscard]] Result<std::uint64_t> decode_number(std::string_view bytes);

}  // namespace roost::store
