// What a backend knows of a mailbox as a whole: one row, enough to accept a delivery without
// looking at a single message.
//
// The one thing to know: `status` is what readers are shown, so all of it moves in one step.
#pragma once

#include <cstdint>
#include <memory>

#include "mail/flags.h"
#include "mail/ids.h"
#include "mail/mailbox_view.h"
#include "store/mailbox.h"

namespace roost::store {

struct MailboxHeader {
  MailboxStatus status;
  mail::Uid recent_floor{1};  // messages from here on have been given to nobody as \Recent
  // expunged_since can answer from here on; what happened up to it may be missing from the log.
  mail::ModSeq log_floor{0};
  std::uint32_t log_rows = 0;
  bool first_unseen_known = true;  // false: the row is of version 1, which lacks it
  std::shared_ptr<const mail::KeywordTable> keywords = std::make_shared<mail::KeywordTable>();
};

// Of a mailbox just made. Its HIGHESTMODSEQ is 1: RFC 7162 section 3.1.2.1 allows no 0.
[[nodiscard]] inline MailboxHeader new_mailbox_header(mail::UidValidity uid_validity) {
  MailboxHeader header;
  header.status.uid_validity = uid_validity;
  header.status.uid_next = mail::Uid(1);
  header.status.highest_modseq = mail::ModSeq(1);
  return header;
}

[[nodiscard]] inline mail::MailboxView::Header view_header(const MailboxHeader& header) {
  return {header.status.uid_validity, header.status.uid_next, header.status.highest_modseq,
          header.keywords};
}

// Those that nobody was given as \Recent.
[[nodiscard]] inline RecentRange recent_of(const MailboxHeader& header) {
  return {header.recent_floor, header.status.uid_next.prev()};
}

// The same, and from now on they are not recent.
[[nodiscard]] inline RecentRange take_recent(MailboxHeader& header) {
  const RecentRange range = recent_of(header);
  header.recent_floor = header.status.uid_next;
  header.status.recent = 0;
  return range;
}

}  // namespace roost::store
