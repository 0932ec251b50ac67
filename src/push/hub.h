// Hub: who hears of a commit. It implements the store's ChangeSink and brings each change to the
// event loops on which somebody watches that mailbox, usually none, with one task per loop. Who
// watches all mailboxes of an account is the matter of Accounts.
//
// No wake-up can be lost, by construction: a session first takes a Watch, then reads the mailbox. A
// change published before the read is in what it has read; one published after it raises
// Watch::latest above the mod-sequence of that, which is the session's cursor. "Is there something
// to tell" is thereby always latest() > cursor, whatever was missed, repeated or reordered.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/metrics.h"
#include "push/accounts.h"
#include "push/feeds.h"
#include "push/watch.h"
#include "store/change.h"

namespace roost::net {
class Loops;
}

namespace roost::push {

class Hub final : public store::ChangeSink {
 public:
  // commit_to_write: see Feeds.
  explicit Hub(net::Loops& loops, metrics::Histogram* commit_to_write = nullptr);
  ~Hub();

  [[nodiscard]] Watch watch(std::size_t loop, mail::MailboxId mailbox);  // any thread
  [[nodiscard]] Accounts& accounts() { return accounts_; }
  [[nodiscard]] Feeds& feeds(std::size_t loop) { return *feeds_[loop]; }
  // Counts account_changed. Whoever reads an account and follows it later compares, so that no
  // change in between is missed. Any thread.
  [[nodiscard]] std::uint64_t account_changes() const {
    return account_changes_.load(std::memory_order_acquire);
  }

  // ChangeSink; any thread, never blocks.
  void committed(const store::Change& change) override;
  void mailbox_deleted(mail::MailboxId mailbox) override;
  void mailboxes_changed(mail::AccountId account) override;
  void account_changed(mail::AccountId account, AccountEvent event) override;

 private:
  friend class Watch;
  static constexpr std::size_t kShards = 64;
  struct Shard;
  Shard& shard_of(mail::MailboxId mailbox);
  void unwatch(const Watch& watch);
  // The loops with an interest in mailbox.
  std::vector<std::uint32_t> interested(mail::MailboxId mailbox, mail::ModSeq latest);

  net::Loops& loops_;
  std::vector<std::unique_ptr<Feeds>> feeds_;
  Accounts accounts_;
  std::unique_ptr<Shard[]> shards_;
  std::atomic<std::uint64_t> account_changes_{0};
};

}  // namespace roost::push
