// Store: accounts, mailboxes and messages. Small and mail-shaped; one implementation per backend
// (memory/, rocks/), one conformance suite over all (conformance/).
//
// Contract
// - Every call may block (disk): call it on a worker, never on an event loop, except where it says
//   so.
// - Any thread may call; nothing above may assume that this process is the only writer.
// - commit is atomic per mailbox and durable when it returns. What a reader sees is durable, too: a
//   view moves only when the change it shows is on disk, so a UID that was shown is never used
//   again.
// - Every durable change is announced to the ChangeSink: after it can be read, in mod-sequence
//   order for a mailbox. There is no way to change a mailbox that does not announce.
// - UIDs, mod-sequences, save dates and threads are assigned inside commit. A UID is never used
//   twice; UIDVALIDITY never changes without cause.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "mail/digest.h"
#include "mail/ids.h"
#include "mail/mailbox_view.h"
#include "mail/special_use.h"
#include "mail/uid_set.h"
#include "store/batch.h"
#include "store/blob.h"
#include "store/change.h"
#include "store/mailbox.h"

namespace roost::store {

struct Account {
  mail::AccountId id;
  std::string name;           // as it was created; found without regard to ASCII case
  std::string password_hash;  // as auth/ wrote it; opaque here
};

// A check's findings, in words for the person who runs it.
struct CheckReport {
  std::uint64_t accounts = 0, mailboxes = 0, messages = 0, blobs = 0;
  std::vector<std::string> problems;
};

class Store {
 public:
  virtual ~Store() = default;

  // Where changes are announced; set once, before the first commit. Not owned.
  virtual void set_sink(ChangeSink* sink) = 0;

  // --- accounts ---
  // Makes the account with its INBOX. kAlreadyExists, kInvalid (name empty, over 255 octets, with
  // control characters or spaces).
  virtual Result<mail::AccountId> create_account(std::string_view name, std::string_view hash) = 0;
  // Many at once, in one durable write: for import. Names that exist get the new hash.
  virtual Result<void> import_accounts(
      const std::vector<std::pair<std::string, std::string>>& names_and_hashes) = 0;
  [[nodiscard]] virtual Result<Account> find_account(std::string_view name) = 0;  // kNotFound
  [[nodiscard]] virtual Result<std::vector<Account>> accounts() = 0;              // by name
  virtual Result<void> set_password_hash(mail::AccountId account, std::string_view hash) = 0;
  // With all its mail. An account made anew with its name gives higher UIDVALIDITYs.
  virtual Result<void> remove_account(mail::AccountId account) = 0;

  // --- the mailbox tree of an account; names are normalised ---
  [[nodiscard]] virtual Result<std::vector<Mailbox>> mailboxes(
      mail::AccountId account) = 0;  // by name
  [[nodiscard]] virtual Result<Mailbox> find_mailbox(mail::AccountId account,
                                                     std::string_view name) = 0;
  // Makes missing superiors, too (RFC 3501 section 6.3.3). kAlreadyExists; a \Noselect name becomes
  // a mailbox. kLimit: too many mailboxes.
  virtual Result<Mailbox> create_mailbox(mail::AccountId account, std::string_view name,
                                         mail::SpecialUse use) = 0;
  // Those that are missing, and a subscription to each of them and to INBOX, in one durable write:
  // what a new account has. kLimit.
  using NamesAndUses = std::vector<std::pair<std::string, mail::SpecialUse>>;
  virtual Result<void> create_missing_mailboxes(mail::AccountId account,
                                                const NamesAndUses& wanted) = 0;
  // A mailbox with inferiors becomes \Noselect and empty (section 6.3.4). kNotFound; kNoPermission
  // for INBOX and for a \Noselect name with inferiors.
  virtual Result<void> delete_mailbox(mail::AccountId account, std::string_view name) = 0;
  // With its inferiors, ids and UIDs kept. RENAME of INBOX moves its messages to the new mailbox
  // and leaves an empty INBOX (section 6.3.5). kNotFound, kAlreadyExists, kInvalid.
  virtual Result<void> rename_mailbox(mail::AccountId account, std::string_view from,
                                      std::string_view to) = 0;
  enum class Subscribed : std::uint8_t { kNo, kYes };
  // Names, not mailboxes: a subscription outlives its mailbox (section 6.3.6). kLimit: too many.
  virtual Result<void> set_subscribed(mail::AccountId account, std::string_view name,
                                      Subscribed subscribed) = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> subscriptions(mail::AccountId account) = 0;

  // --- reading ---
  [[nodiscard]] virtual Result<MailboxStatus> status(mail::MailboxId mailbox) = 0;
  // Without reading any message, however many there are (but see docs/formats/meta.md, version 1 of
  // a header). kClaim: gives the caller those that are recent, as claim_recent does. kNotFound.
  enum class Recent : std::uint8_t { kLeave, kClaim };
  [[nodiscard]] virtual Result<OpenedMailbox> open_mailbox(mail::MailboxId mailbox,
                                                           Recent recent) = 0;
  // The newest durable view; cheap when it is in memory. kNotFound once the mailbox is deleted.
  [[nodiscard]] virtual Result<mail::ViewPtr> view(mail::MailboxId mailbox) = 0;
  [[nodiscard]] virtual Result<mail::Digest> digest(mail::MailboxId mailbox, mail::Uid uid) = 0;
  // The digests of those messages of uids that exist, ascending; visit returns false to stop.
  using DigestVisitor = std::function<bool(mail::Uid, const mail::Digest&)>;
  virtual Result<void> digests(mail::MailboxId mailbox, const mail::UidSet& uids,
                               const DigestVisitor& visit) = 0;
  // The same messages, each as a Batch takes a copy of it, but for its flags. Nothing is swept
  // while they are visited: visit does not call the store, and not too many are asked for at once.
  using CopyVisitor = std::function<bool(mail::Uid, MessageCopy&&)>;
  virtual Result<void> copies(mail::MailboxId mailbox, const mail::UidSet& uids,
                              const CopyVisitor& visit) = 0;
  // length octets from offset; fewer at the end of the blob. kNotFound if swept. Bounded memory is
  // the caller's: ask for pieces.
  [[nodiscard]] virtual Result<std::string> read_blob(mail::BlobId blob, std::uint64_t offset,
                                                      std::uint64_t length) = 0;
  // Holds a blob that some message refers to. kNotFound.
  [[nodiscard]] virtual Result<BlobRef> pin_blob(mail::BlobId blob) = 0;
  // The same, where the caller has just seen a message that refers to it: then nothing is searched.
  [[nodiscard]] virtual Result<BlobRef> pin_blob_of(mail::MailboxId /*mailbox*/, mail::Uid /*uid*/,
                                                    mail::BlobId blob) {
    return pin_blob(blob);
  }
  // UIDs expunged after `since`. kNotFound if the log does not reach back so far (its floor).
  [[nodiscard]] virtual Result<mail::UidSet> expunged_since(mail::MailboxId mailbox,
                                                            mail::ModSeq since) = 0;

  // --- writing ---
  [[nodiscard]] virtual std::unique_ptr<BlobWriter> new_blob() = 0;
  // kNotFound: the mailbox is gone, or a blob of a copied message is, or see kEach; kLimit: too
  // many keywords; kUnavailable: the disk did not take it; nobody is shown it, but whether it will
  // be there after a restart is unknown.
  virtual Result<Committed> commit(const Batch& batch) = 0;
  // Gives the caller all messages that nobody has been given as \Recent yet (RFC 3501
  // section 2.3.2).
  // Memory only, any thread, never blocks: it is written with the next commit or flush, so a crash
  // may give some a second time; and empty, too, if the mailbox is not in memory, which it is for a
  // while after any other call for it.
  [[nodiscard]] virtual RecentRange claim_recent(mail::MailboxId mailbox) = 0;

  // kUnavailable: the disk has failed, and no change is taken until the store is opened anew. Never
  // blocks.
  [[nodiscard]] virtual Result<void> writable() const = 0;

  // Removes unreferenced blobs, and what deleted mailboxes have left, now; a backend on disk also
  // does it by itself.
  virtual Result<void> sweep() = 0;
  // Reads everything and says what contradicts what.
  [[nodiscard]] virtual Result<CheckReport> check() = 0;
};

}  // namespace roost::store
