// Accounts: who watches accounts as wholes, and the readings for them. What is announced of an
// account only says what has become stale, and the first announcement posts a reading to a worker.
// While that runs, more becomes stale; the next reading begins when it is done. So a burst of
// deliveries costs a few readings, and none at all where nobody watches.
//
// No change can be lost, by construction: a session takes an AccountWatch, then reads. A change
// announced before that reading is in it. One announced later makes the row stale, so it is read,
// and only then the loops are told to compare; who cannot, compares when it can: newest() is
// another than what it has told, or not. What could not be read is remembered, and read with the
// next announcement or when a session asks for it.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "mail/ids.h"
#include "push/account_watch.h"
#include "push/feeds.h"

namespace roost::net {
class Loops;
class Workers;
}  // namespace roost::net

namespace roost::push {

// Part of the Hub. Any thread.
class Accounts {
 public:
  // feeds: by loop; outlives the loops' tasks.
  Accounts(net::Loops& loops, const std::vector<std::unique_ptr<Feeds>>& feeds);
  ~Accounts();

  // The store is read on those workers, which end before the store and the Hub do.
  struct Readers {
    store::Store& store;
    net::Workers& workers;
  };
  [[nodiscard]] AccountWatch watch(std::size_t loop, mail::AccountId account, Readers readers);

  // Never block.
  void mailbox_changed(mail::AccountId account, mail::MailboxId mailbox);
  void names_changed(mail::AccountId account);

 private:
  friend class AccountWatch;
  using Row = AccountWatch::Row;
  using RowPtr = std::shared_ptr<Row>;
  static constexpr std::size_t kShards = 64;
  struct Shard;

  [[nodiscard]] Shard& shard_of(mail::AccountId account);
  void unwatch(const AccountWatch& watch);
  template <typename Mark>
  void changed(mail::AccountId account, Mark&& mark);
  void post_reading(RowPtr row);
  [[nodiscard]] Result<AccountViewPtr> read(const RowPtr& shared);
  void tell_loop(const RowPtr& row, std::uint32_t loop);

  net::Loops& loops_;
  const std::vector<std::unique_ptr<Feeds>>& feeds_;
  std::unique_ptr<Shard[]> shards_;
  std::atomic<std::size_t> rows_{0};  // 0, as mostly: no shard need be asked
};

}  // namespace roost::push
