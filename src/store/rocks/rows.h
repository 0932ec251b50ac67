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

// A key of a thread, with the day it was last of use.
struct ThreadRow {
  mail::ThreadId thread;
  std::uint64_t day = 0;  // since 1970-01-01
};
[[nodiscard]] std::string encode_thread(const ThreadRow& row);
[[nodiscard]] Result<ThreadRow> decode_thread(std::string_view bytes);
[[nodiscard]] constexpr std::uint64_t day_of(std::int64_t unix_seconds) {
  return unix_seconds > 0 ? static_cast<std::uint64_t>(unix_seconds) / 86'400 : 0;
}
// What has been of no use for so long is dropped; what is of use is written anew, but not daily.
inline constexpr std::uint64_t kThreadDays = 400;
inline constexpr std::uint64_t kThreadRefreshDays = 30;

// Ids, counters and the size in a candidate row.
[[nodiscard]] std::string encode_number(std::uint64_t number);
[[nodiscard]] Result<std::uint64_t> decode_number(std::string_view bytes);

}  // namespace roost::store
