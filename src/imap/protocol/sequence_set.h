// sequence-set (RFC 3501 section 9): numbers and ranges with "*" not yet resolved; or "$", the
// saved result of a search (RFC 5182 section 3).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mail/mailbox_view.h"
#include "mail/uid_set.h"

namespace roost::imap {

struct SequenceSet {
  static constexpr std::uint32_t kStar = 0;  // "*", the largest number in use
  struct Range {
    std::uint32_t first;
    std::uint32_t last;
    bool operator==(const Range&) const = default;
  };
  std::vector<Range> ranges;  // as sent: any order, may be reversed; empty where it is "$"

  [[nodiscard]] bool is_saved_result() const { return ranges.empty(); }

  // As UIDs: "*" is the last message's UID, a range may name UIDs that do not exist ("*" always
  // names the last message). Empty in an empty mailbox.
  [[nodiscard]] mail::UidSet uids(const mail::MailboxView& view) const;
  // The same where "*" is `largest`.
  [[nodiscard]] mail::UidSet uids(mail::Uid largest) const;
  // The same for a search that may live on (RFC 5267 section 4.3): what arrives belongs to "5:*" if
  // its UID is not below 5, and "*" stays the message that is the last.
  [[nodiscard]] mail::UidSet uids_with_arrivals(const mail::MailboxView& view) const;
  // As message sequence numbers, turned into the UIDs of these messages. Nothing if a number is
  // above the number of messages: the command is BAD (section 9, seq-number).
  [[nodiscard]] std::optional<mail::UidSet> uids_of_messages(const mail::MailboxView& view) const;
  // The same, without those above it: for search keys (RFC 7377 section 2).
  [[nodiscard]] mail::UidSet uids_of_existing_messages(const mail::MailboxView& view) const;
  bool operator==(const SequenceSet&) const = default;
};

}  // namespace roost::imap
