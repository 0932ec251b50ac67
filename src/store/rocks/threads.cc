#include "store/rocks/threads.h"

#include <algorithm>

#include "base/log.h"
#include "store/rocks/rows.h"
#include "store/thread_of.h"

namespace roost::store {

using mail::ThreadId;

Threads::Search::Search(Threads& threads, const Batch& batch, Writes& writes, std::int64_t now)
    : database_(threads.database_),
      writes_(writes),
      account_(batch.account),
      several_(batch.messages.size() > 1),
      today_(day_of(now)) {
  if (account_ != mail::AccountId() && !std::ranges::all_of(batch.messages, is_settled)) {
    lock_ = std::unique_lock(threads.stripes_[account_.value % threads.stripes_.size()]);
  }
}

Result<ThreadId> Threads::Search::of(const NewMessage& message) {
  if (account_ == mail::AccountId()) return thread_alone(message);
  return thread_of(
      message, [this](std::uint64_t key) { return find(key); },
      [this](std::uint64_t key, ThreadId thread) { remember(key, thread); });
}

Result<std::optional<ThreadId>> Threads::Search::find(std::uint64_t key) {
  if (const auto written = written_.find(key); written != written_.end()) return written->second;
  rocksdb::PinnableSlice value;
  const auto found = database_.get(Column::kThread, thread_key(account_, key), value);
  if (!found) return fail(found.error());
  if (!*found) return std::nullopt;
  const auto row = decode_thread(value.ToStringView());
  if (!row) {
    // No reason to refuse mail for ever: it becomes the row of the thread that is found otherwise.
    log::warning("a thread row of account {}: {}", account_.value, row.error().detail);
    return std::nullopt;
  }
  if (row->day + kThreadRefreshDays < today_) remember(key, row->thread);
  return row->thread;
}

void Threads::Search::remember(std::uint64_t key, ThreadId thread) {
  writes_.put(Column::kThread, thread_key(account_, key), encode_thread({thread, today_}));
  if (several_) written_.emplace(key, thread);
}

}  // namespace roost::store
