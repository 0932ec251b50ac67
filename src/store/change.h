// What the store announces. `store` defines the sink and `push` implements it, so that no path can
// commit without announcing.
#pragma once

#include <cstdint>

#include "mail/ids.h"
#include "mail/mailbox_view.h"

namespace roost::store {

// One durable change of one mailbox. A hint that carries its content when it can: `before` and
// `after` are the views on both sides of it, or both null when the mailbox's view was not in
// memory. A listener whose cursor is before->modseq() needs nothing else; any other reads the
// store. Losing, repeating and reordering changes is harmless to a listener that compares cursors.
struct Change {
  mail::MailboxId mailbox;
  mail::ModSeq modseq;  // the mailbox's, after the change
  mail::ViewPtr before;
  mail::ViewPtr after;
};

class ChangeSink {
 public:
  virtual ~ChangeSink() = default;

  // Called on the committing thread, in commit order per mailbox, holding no lock a reader needs.
  // Must not block and must not call the store.
  virtual void committed(const Change& change) = 0;
  // The mailbox is gone; its id is never used again.
  virtual void mailbox_deleted(mail::MailboxId mailbox) = 0;
  enum class AccountEvent : std::uint8_t { kPasswordChanged, kRemoved };
  virtual void account_changed(mail::AccountId account, AccountEvent event) = 0;
};

}  // namespace roost::store
