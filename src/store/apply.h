// What a Batch does to a mailbox, as a pure function: the one place where UIDs and mod-sequences
// are assigned, flags are combined and messages are counted. Backends differ only in how they keep
// the result.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "mail/mailbox_view.h"
#include "mail/uid_set.h"
#include "store/mailbox_header.h"
#include "store/store.h"

namespace roost::store {

// Rows of the expunge log a mailbox keeps; the oldest go first.
inline constexpr std::uint32_t kMaxLogRows = 10'000;

struct Applied {
  // Afterwards. Its size still counts the expunged messages, and log_rows and log_floor are as
  // before: only the backend knows the expunged messages' sizes and its log.
  MailboxHeader header;
  std::vector<mail::MessageEntry> updates;  // flags that really changed; ascending, none expunged
  mail::UidSet expunged;
  std::vector<mail::MessageEntry> arrivals;  // in the order of Batch::messages, then of its copies
  mail::UidSet modified;                     // what failed its FlagUpdate::unchanged_since

  [[nodiscard]] bool changed() const {
    return !updates.empty() || !expunged.empty() || !arrivals.empty();
  }
};

// Whether apply needs the mailbox's view for it: a delivery does not.
[[nodiscard]] inline bool needs_view(const Batch& batch) {
  return !batch.flags.empty() || !batch.expunge.empty();
}

// Requires: view is the mailbox's at header's mod-sequence; it may be null where needs_view is
// false. kNotFound: see Batch::Expunge::kEach. kLimit: too many keywords, or no UIDs left.
// kInvalid: a digest is not of its message's blob.
[[nodiscard]] Result<Applied> apply(const MailboxHeader& header, const mail::MailboxView* view,
                                    const Batch& batch);

// What becomes of flags when the operand is put in their place, added, or taken away.
[[nodiscard]] mail::Flags combine(mail::Flags flags, FlagUpdate::Op op, mail::Flags operand);

// What the batch's caller is told once it is durable. Of one that changed nothing, with the
// mod-sequence from before.
[[nodiscard]] Committed committed_of(const Applied& applied);

}  // namespace roost::store
