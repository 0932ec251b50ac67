// A mailbox, as a Store tells of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "mail/flags.h"
#include "mail/ids.h"
#include "mail/mailbox_view.h"
#include "mail/special_use.h"

namespace roost::store {

struct Mailbox {
  mail::MailboxId id;
  std::string name;  // normalised, mail/mailbox_name.h
  mail::UidValidity uid_validity;
  mail::SpecialUse special_use = mail::SpecialUse::kNone;
  bool selectable = true;  // false: \Noselect, a name with inferiors and no messages
};

// From one row: O(1).
struct MailboxStatus {
  mail::UidValidity uid_validity;
  mail::Uid uid_next;
  mail::ModSeq highest_modseq;
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;
  std::uint32_t recent = 0;      // what the next SELECT would be given as \Recent
  mail::SeqNum first_unseen{0};  // 0: none is unseen
  std::uint32_t deleted = 0;
  std::uint64_t size = 0;  // octets of all messages
};

// A UID at or above .first and at most .last; empty if first is above last.
struct RecentRange {
  mail::Uid first{1};
  mail::Uid last{0};
  [[nodiscard]] bool empty() const { return first > last; }
};

// What SELECT tells of a mailbox, as of one instant.
struct OpenedMailbox {
  MailboxStatus status;
  std::shared_ptr<const mail::KeywordTable> keywords;  // never null
  mail::ViewPtr view;                                  // null: it is not in memory
  // What nobody before the caller has been given as \Recent; status.recent of them are there.
  RecentRange recent;
};

}  // namespace roost::store
