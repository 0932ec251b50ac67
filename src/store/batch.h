// Batch: what a commit does to a mailbox, and what comes of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mail/digest.h"
#include "mail/flags.h"
#include "mail/ids.h"
#include "mail/mailbox_view.h"
#include "mail/uid_set.h"
#include "store/blob.h"

namespace roost::store {

struct NewMessage {
  BlobRef blob;
  // Its blob is blob.id(). Its save date is commit's to say, and its thread, if it has none.
  mail::Digest digest;
  mail::FlagNames flags;
};

// Of a message of this store, as Store::copies gives it; its flags are added.
struct MessageCopy {
  BlobRef blob;
  mail::DigestRow digest;
  mail::FlagNames flags;
};

struct FlagUpdate {
  enum class Op : std::uint8_t { kReplace, kAdd, kRemove };
  mail::UidSet uids;  // those that do not exist are ignored
  Op op = Op::kReplace;
  mail::FlagNames flags;
  // Only messages of which no flag that the update names has changed since (RFC 7162 section
  // 3.1.3); the others are Committed::modified.
  struct UnchangedSince {
    mail::ModSeq modseq;
    mail::ViewPtr known;  // what the caller knows of the messages; may be null
  };
  std::optional<UnchangedSince> unchanged_since = std::nullopt;
};

// Changes to one mailbox, applied in this order, all or none.
struct Batch {
  mail::MailboxId mailbox;
  // Whose it is: who watches the account hears of it, and the threads of new messages are looked
  // for there.
  mail::AccountId account = {};
  std::vector<FlagUpdate> flags;
  mail::UidSet expunge;  // those that do not exist are ignored
  // kEach: if one of them does not exist nothing is done, and the commit is kNotFound.
  enum class Expunge : std::uint8_t { kAll, kOnlyDeleted, kEach } which = Expunge::kAll;
  std::vector<NewMessage> messages;
  std::vector<MessageCopy> copies;
};

struct Committed {
  mail::ModSeq modseq;  // the mailbox's, afterwards; unchanged if the batch changed nothing
  // To messages, then to copies, in their order; a single range unless empty.
  mail::UidSet assigned;
  mail::UidSet expunged;  // what did exist (and was \Deleted, if that was asked)
  mail::UidSet modified;  // what failed its FlagUpdate::unchanged_since
};

}  // namespace roost::store
