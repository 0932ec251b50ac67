#include "push/accounts.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <exception>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "net/loop.h"

namespace roost::push {

// Everything but `reading` is guarded by the shard's mutex. A reading may outlast the last watch.
struct AccountWatch::Row {
  struct OnLoop {
    std::uint32_t loop;
    std::uint32_t watches;
    bool told = false;  // a task is on its way that will compare with newest
  };
  Row(mail::AccountId id, Accounts::Readers with) : account(id), readers(with) {}

  const mail::AccountId account;
  const Accounts::Readers readers;
  std::mutex reading;  // held by the worker that reads; taken before the shard's
  boost::container::small_vector<OnLoop, 1> loops;
  std::uint32_t awake = 0;  // watches that are not paused
  AccountViewPtr newest;
  Stale stale{.names = true, .states = {}};
  bool posted = false;      // a reading is on its way
  bool being_read = false;  // what was stale when that began
  bool failed = false;      // the last reading did: nothing is known to be as newest says

  // Announcements are missing from newest for which no reading is on its way.
  [[nodiscard]] bool lacks() const {
    return failed || (newest != nullptr && !newest->unread().empty());
  }
};

struct Accounts::Shard {
  std::mutex mutex;
  std::unordered_map<mail::AccountId, RowPtr> rows;
};

// --- watches ---

AccountWatch::AccountWatch(Accounts& accounts, std::shared_ptr<Row> row, std::size_t loop)
    : accounts_(&accounts), row_(std::move(row)), loop_(static_cast<std::uint32_t>(loop)) {}

AccountWatch::AccountWatch(AccountWatch&& other) noexcept { *this = std::move(other); }

AccountWatch& AccountWatch::operator=(AccountWatch&& other) noexcept {
  if (this == &other) return *this;
  if (row_ != nullptr) accounts_->unwatch(*this);
  accounts_ = other.accounts_;
  row_ = std::exchange(other.row_, nullptr);
  loop_ = other.loop_;
  paused_ = other.paused_;
  return *this;
}

AccountWatch::~AccountWatch() {
  if (row_ != nullptr) accounts_->unwatch(*this);
}

AccountViewPtr AccountWatch::newest() const {
  const std::scoped_lock lock(accounts_->shard_of(row_->account).mutex);
  return row_->newest;
}

bool AccountWatch::settled() const {
  const std::scoped_lock lock(accounts_->shard_of(row_->account).mutex);
  return row_->stale.empty() && !row_->being_read;
}

bool AccountWatch::lacks() const {
  const std::scoped_lock lock(accounts_->shard_of(row_->account).mutex);
  return row_->lacks();
}

Result<AccountViewPtr> AccountWatch::read() {
  {
    const std::scoped_lock lock(accounts_->shard_of(row_->account).mutex);
    if (std::exchange(paused_, false)) ++row_->awake;
  }
  return accounts_->read(row_);
}

void AccountWatch::pause() {
  const std::scoped_lock lock(accounts_->shard_of(row_->account).mutex);
  if (!std::exchange(paused_, true)) --row_->awake;
}

// --- who watches ---

Accounts::Accounts(net::Loops& loops, const std::vector<std::unique_ptr<Feeds>>& feeds)
    : loops_(loops), feeds_(feeds), shards_(std::make_unique<Shard[]>(kShards)) {}

Accounts::~Accounts() = default;

Accounts::Shard& Accounts::shard_of(mail::AccountId account) {
  return shards_[std::hash<mail::AccountId>{}(account) % kShards];
}

AccountWatch Accounts::watch(std::size_t loop, mail::AccountId account, Readers readers) {
  Shard& shard = shard_of(account);
  const std::scoped_lock lock(shard.mutex);
  RowPtr& row = shard.rows[account];
  if (row == nullptr) {
    row = std::make_shared<Row>(account, readers);
    rows_.fetch_add(1);
  }
  ++row->awake;
  const auto found = std::ranges::find(row->loops, loop, &Row::OnLoop::loop);
  if (found != row->loops.end()) {
    ++found->watches;
  } else {
    row->loops.push_back({.loop = static_cast<std::uint32_t>(loop), .watches = 1});
  }
  return AccountWatch(*this, row, loop);
}

void Accounts::unwatch(const AccountWatch& watch) {
  Shard& shard = shard_of(watch.row_->account);
  const std::scoped_lock lock(shard.mutex);
  if (!watch.paused_) --watch.row_->awake;
  auto& loops = watch.row_->loops;
  const auto found = std::ranges::find(loops, watch.loop_, &Row::OnLoop::loop);
  ROOST_CHECK(found != loops.end());
  if (--found->watches > 0) return;
  *found = loops.back();
  loops.pop_back();
  if (!loops.empty()) return;
  shard.rows.erase(watch.row_->account);
  rows_.fetch_sub(1);
}

// --- readings ---

void Accounts::mailbox_changed(mail::AccountId account, mail::MailboxId mailbox) {
  changed(account, [mailbox](Stale& stale) { stale.add_state(mailbox); });
}

void Accounts::names_changed(mail::AccountId account) {
  changed(account, [](Stale& stale) { stale.names = true; });
}

// A watch is taken before the reading that it compares with begins, so whoever does not see its row
// here has announced what that reading sees.
template <typename Mark>
void Accounts::changed(mail::AccountId account, Mark&& mark) {
  if (rows_.load() == 0) return;
  RowPtr row;
  {
    Shard& shard = shard_of(account);
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.rows.find(account);
    if (found == shard.rows.end()) return;
    mark(found->second->stale);
    if (found->second->awake == 0) return;
    if (std::exchange(found->second->posted, true)) return;
    row = found->second;
  }
  post_reading(std::move(row));
}

void Accounts::post_reading(RowPtr row) {
  net::Workers& workers = row->readers.workers;
  workers.post([this, row = std::move(row)]() mutable {
    // What cannot be read is tried again with the next change, or when a session reads.
    (void)read(row);
    bool again = false;
    {
      const std::scoped_lock lock(shard_of(row->account).mutex);
      again = !row->stale.empty() && row->awake > 0;
      row->posted = again;
    }
    if (again) post_reading(std::move(row));
  });
}

namespace {

Result<AccountViewPtr> read_view(const Accounts::Readers& readers, mail::AccountId account,
                                 const AccountView* before, const Stale& stale) {
  try {
    return AccountView::read(readers.store, account, before, stale);
  } catch (const std::exception& error) {  // of a library; a posted reading has nobody above
    return fail(ErrorCode::kInternal, error.what());
  }
}

}  // namespace

Result<AccountViewPtr> Accounts::read(const RowPtr& shared) {
  Row& row = *shared;
  const std::scoped_lock one_at_a_time(row.reading);
  std::mutex& mutex = shard_of(row.account).mutex;
  Stale stale;
  AccountViewPtr before;
  bool failed_before = false;
  {
    const std::scoped_lock lock(mutex);
    before = row.newest;
    if ((row.stale.empty() && !row.lacks()) || row.awake == 0) return before;
    stale = std::exchange(row.stale, {});
    failed_before = row.failed;
    if (failed_before) stale.names = stale.all_states = true;
    row.being_read = true;
  }
  auto now = read_view(row.readers, row.account, before.get(), stale);
  std::vector<std::uint32_t> untold;  // loops that have no task of this row waiting
  {
    const std::scoped_lock lock(mutex);
    if (now) row.newest = *now;
    row.failed = !now;
    row.being_read = false;
    for (Row::OnLoop& on_loop : row.loops) {
      if (!std::exchange(on_loop.told, true)) untold.push_back(on_loop.loop);
    }
  }
  // If it failed, too: who did not compare because this was on its way does so now.
  for (const std::uint32_t loop : untold) tell_loop(shared, loop);
  if (!now && !failed_before && now.error().code != ErrorCode::kNotFound) {  // the account is there
    log::error("cannot read the mailboxes of account {}: {}", row.account.value,
               now.error().detail);
  }
  return now;
}

void Accounts::tell_loop(const RowPtr& row, std::uint32_t loop) {
  loops_[loop].post([this, row, loop] {
    {
      const std::scoped_lock lock(shard_of(row->account).mutex);
      const auto found = std::ranges::find(row->loops, loop, &Row::OnLoop::loop);
      if (found != row->loops.end()) found->told = false;
    }
    feeds_[loop]->account_read(row->account);
  });
}

}  // namespace roost::push
