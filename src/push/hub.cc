#include "push/hub.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "net/loop.h"

namespace roost::push {

// How many watches a loop has on the mailbox, for every loop that has any. Its address is stable
// (a node of the shard's map), and latest is read without the shard's lock.
struct Watch::Interest {
  struct OnLoop {
    std::uint32_t loop;
    std::uint32_t watches;
  };
  std::atomic<std::uint64_t> latest{0};
  boost::container::small_vector<OnLoop, 1> loops;
};

struct Hub::Shard {
  std::mutex mutex;
  std::unordered_map<mail::MailboxId, Watch::Interest> interests;
};

Watch::Watch(Watch&& other) noexcept { *this = std::move(other); }

Watch& Watch::operator=(Watch&& other) noexcept {
  if (this == &other) return *this;
  if (hub_ != nullptr) hub_->unwatch(*this);
  hub_ = std::exchange(other.hub_, nullptr);
  row_ = std::exchange(other.row_, nullptr);
  loop_ = other.loop_;
  return *this;
}

Watch::~Watch() {
  if (hub_ != nullptr) hub_->unwatch(*this);
}

mail::ModSeq Watch::latest() const {
  return mail::ModSeq(row_ == nullptr ? 0 : row_->second.latest.load(std::memory_order_acquire));
}

Hub::Hub(net::Loops& loops, metrics::Histogram* commit_to_write)
    : loops_(loops), accounts_(loops, feeds_), shards_(std::make_unique<Shard[]>(kShards)) {
  for (std::size_t i = 0; i < loops.size(); ++i) {
    feeds_.push_back(std::make_unique<Feeds>(loops[i], commit_to_write));
  }
}

Hub::~Hub() = default;

Hub::Shard& Hub::shard_of(mail::MailboxId mailbox) {
  return shards_[std::hash<mail::MailboxId>{}(mailbox) % kShards];
}

Watch Hub::watch(std::size_t loop, mail::MailboxId mailbox) {
  Shard& shard = shard_of(mailbox);
  const std::scoped_lock lock(shard.mutex);
  Watch::Row& row = *shard.interests.try_emplace(mailbox).first;
  auto& loops = row.second.loops;
  const auto found = std::ranges::find(loops, loop, &Watch::Interest::OnLoop::loop);
  if (found != loops.end()) {
    ++found->watches;
  } else {
    loops.push_back({static_cast<std::uint32_t>(loop), 1});
  }
  return Watch(*this, loop, &row);
}

void Hub::unwatch(const Watch& watch) {
  const mail::MailboxId mailbox = watch.row_->first;
  Shard& shard = shard_of(mailbox);
  const std::scoped_lock lock(shard.mutex);
  auto& loops = watch.row_->second.loops;
  const auto found = std::ranges::find(loops, watch.loop_, &Watch::Interest::OnLoop::loop);
  ROOST_CHECK(found != loops.end());
  if (--found->watches > 0) return;
  *found = loops.back();
  loops.pop_back();
  if (loops.empty()) shard.interests.erase(mailbox);
}

std::vector<std::uint32_t> Hub::interested(mail::MailboxId mailbox, mail::ModSeq latest) {
  std::vector<std::uint32_t> loops;
  Shard& shard = shard_of(mailbox);
  const std::scoped_lock lock(shard.mutex);
  const auto found = shard.interests.find(mailbox);
  if (found == shard.interests.end()) return loops;
  auto& seen = found->second.latest;
  if (seen.load(std::memory_order_relaxed) < latest.value) {
    seen.store(latest.value, std::memory_order_release);
  }
  for (const auto& on_loop : found->second.loops) loops.push_back(on_loop.loop);
  return loops;
}

void Hub::committed(const store::Change& change) {
  accounts_.mailbox_changed(change.account, change.mailbox);
  const auto loops = interested(change.mailbox, change.modseq);
  if (loops.empty()) return;
  const auto shared = std::make_shared<const store::Change>(change);
  for (const std::uint32_t loop : loops) {
    loops_[loop].post([&feeds = *feeds_[loop], shared, now = Feeds::Clock::now()] {
      feeds.deliver(*shared, now);
    });
  }
}

void Hub::mailbox_deleted(mail::MailboxId mailbox) { committed({mailbox, kDeleted, {}, {}}); }

void Hub::mailboxes_changed(mail::AccountId account) { accounts_.names_changed(account); }

void Hub::account_changed(mail::AccountId account, AccountEvent event) {
  account_changes_.fetch_add(1, std::memory_order_acq_rel);
  for (std::size_t loop = 0; loop < loops_.size(); ++loop) {
    loops_[loop].post(
        [&feeds = *feeds_[loop], account, event] { feeds.account_changed(account, event); });
  }
}

}  // namespace roost::push
