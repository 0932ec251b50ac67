// What the store announces. `store` defines the sink and `push` implements it, so that no path can
// commit without announcing.
#pragma once

#include <cstdint>
#include <optional>

#include "mail/ids.h"
#include "mail/mailbox_view.h"

namespace roost::store {

// Messages were added, and nothing else was changed.
struct Arrivals {
  mail::ModSeq since;          // before it
  std::uint32_t messages = 0;  // in the mailbox, afterwards
  mail::Uid uid_next;          // likewise; all UIDs from the one before up to it are new messages
};

// One durable change of one mailbox. A hint that carries its content when it can: `before` and
// `after` are the views on both sides of it, or both null when the mailbox's view was not in
// memory; then there may be `arrivals`. A listener whose cursor is before->modseq(), or
// arrivals->since, needs nothing else; any other reads the store. Losing, repeating and reordering
// changes is harmless to a listener that compares cursors.
struct Change {
  mail::MailboxId mailbox;
  mail::ModSeq modseq;  // the mailbox's, after the change
  mail::ViewPtr before;
  mail::ViewPtr after;
  std::optional<Arrivals> arrivals = std::nullopt;
  mail::AccountId account = {};  // whose mailbox it is, as the Batch said
};

class ChangeSink {
 public:
  virtual ~ChangeSink() = default;

  // Called on the committing thread, in commit order per mailbox, holding no lock a reader needs.
  // Must not block and must not call the store.
  virtual void committed(const Change& change) = 0;
  // The mailbox is gone; its id is never used again.
  virtual void mailbox_deleted(mail::MailboxId mailbox) = 0;
  // What mailboxes() or subscriptions() of the account answer has changed. After
  // mailbox_deleted of those that went with it; else in no order with the above.
  virtual void mailboxes_changed(mail::AccountId account) = 0;
  enum class AccountEvent : std::uint8_t { kPasswordChanged, kRemoved };
  virtual void account_changed(mail::AccountId account, AccountEvent event) = 0;
};

}  // namespace roost::store
