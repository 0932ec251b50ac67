// The messages of mailboxes: reading them, and the commit.
//
// A commit works under its mailbox's lock until its rows are written, not until they are durable:
// then it waits, with all others, for a sync, and publishes what that made durable in order. So a
// mailbox takes as many commits a sync as there are writers.
#pragma once

#include <atomic>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "store/rocks/bodies.h"
#include "store/rocks/database.h"
#include "store/rocks/mailbox_cache.h"
#include "store/rocks/threads.h"
#include "store/store.h"

namespace roost::store {

// Owner: the store. Any thread.
class Mailboxes {
 public:
  Mailboxes(Database& database, Bodies& bodies, MailboxCache::Bounds bounds, const WallClock& clock)
      : database_(database), bodies_(bodies), threads_(database), clock_(clock), cache_(bounds) {}

  void set_sink(ChangeSink* sink) { sink_ = sink; }

  [[nodiscard]] Result<MailboxStatus> status(mail::MailboxId mailbox);
  [[nodiscard]] Result<OpenedMailbox> open(mail::MailboxId mailbox, Store::Recent recent);
  [[nodiscard]] Result<mail::ViewPtr> view(mail::MailboxId mailbox);
  [[nodiscard]] Result<mail::Digest> digest(mail::MailboxId mailbox, mail::Uid uid);
  [[nodiscard]] Result<void> digests(mail::MailboxId mailbox, const mail::UidSet& uids,
                                     const Store::DigestVisitor& visit);
  [[nodiscard]] Result<void> copies(mail::MailboxId mailbox, const mail::UidSet& uids,
                                    const Store::CopyVisitor& visit);
  [[nodiscard]] Result<mail::UidSet> expunged_since(mail::MailboxId mailbox, mail::ModSeq since);

  [[nodiscard]] Result<Committed> commit(const Batch& batch);
  [[nodiscard]] RecentRange claim_recent(mail::MailboxId mailbox);

  // Writes the headers whose \Recent was claimed since their last commit; not durably.
  [[nodiscard]] Result<void> save_claims();

  // What makes and ends mailboxes writes more rows in the same step, and so is done by Accounts.
  static void begin(Writes& writes, const Mailbox& mailbox);
  // Before the write: no commit to them begins any more. `writes` gets what removes them.
  [[nodiscard]] Result<std::vector<StatePtr>> end(Writes& writes,
                                                  std::span<const mail::MailboxId> mailboxes);
  // Once that is durable: says so.
  void ended(std::span<const StatePtr> states);
  // Removes the rows of mailboxes that were ended.
  [[nodiscard]] Result<void> sweep();

 private:
  [[nodiscard]] Result<StatePtr> live(mail::MailboxId mailbox);
  [[nodiscard]] Result<void> read_header(MailboxState& state);
  [[nodiscard]] Result<void> load_view(MailboxState& state);
  [[nodiscard]] Result<std::vector<mail::MessageEntry>> read_states(mail::MailboxId mailbox,
                                                                    std::size_t expected);
  [[nodiscard]] Result<void> save_claims(MailboxState& state);
  [[nodiscard]] Result<Committed> write(MailboxState& state, const Batch& batch);
  [[nodiscard]] Result<void> write_changed(MailboxState& state, const Batch& batch,
                                           Applied& applied);
  // Requires: `search` lives until the write.
  [[nodiscard]] Result<std::vector<PinPtr>> record_arrivals(Writes& writes, Threads::Search& search,
                                                            const Batch& batch,
                                                            const Applied& applied,
                                                            std::int64_t now);
  [[nodiscard]] Result<void> record_expunged(Writes& writes, mail::MailboxId mailbox,
                                             Applied& applied);
  // Ends the process where it has no memory for it: what is published is announced.
  void publish(MailboxState& state, mail::ModSeq modseq) noexcept;
  [[nodiscard]] Result<void> sweep(mail::MailboxId mailbox);

  Database& database_;
  Bodies& bodies_;
  Threads threads_;
  const WallClock& clock_;
  std::atomic<ChangeSink*> sink_ = nullptr;
  MailboxCache cache_;
};

}  // namespace roost::store
