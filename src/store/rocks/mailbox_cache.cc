#include "store/rocks/mailbox_cache.h"

#include <iterator>
#include <utility>

namespace roost::store {

StatePtr MailboxCache::get(mail::MailboxId id, std::vector<StatePtr>& unsaved) {
  Shard& shard = this->shard(id);
  std::vector<StatePtr> gone;  // outlives the lock
  std::lock_guard lock(shard.mutex);
  if (const auto found = shard.index.find(id); found != shard.index.end()) {
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
    recount(shard, *found->second);
  } else {
    shard.entries.push_front({std::make_shared<MailboxState>(id)});
    shard.index.emplace(id, shard.entries.begin());
  }
  StatePtr state = shard.entries.front().state;
  evict(shard, unsaved, gone);
  return state;
}

StatePtr MailboxCache::find(mail::MailboxId id) {
  Shard& shard = this->shard(id);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(id);
  return found == shard.index.end() ? nullptr : found->second->state;
}

void MailboxCache::evict(Shard& shard, std::vector<StatePtr>& unsaved,
                         std::vector<StatePtr>& gone) {
  // Looking at a few a call keeps the call short; so those that must stay make way for others.
  for (int looked = 0; looked < 8 && !shard.entries.empty(); ++looked) {
    if (shard.entries.size() <= bounds_.mailboxes && shard.messages <= bounds_.messages) return;
    const auto candidate = std::prev(shard.entries.end());
    if (candidate->state.use_count() > 1 || !candidate->state->can_be_read_again()) {
      shard.entries.splice(shard.entries.begin(), shard.entries, candidate);
    } else if (candidate->state->take_unsaved_claims()) {
      unsaved.push_back(candidate->state);
    } else {
      gone.push_back(remove(shard, candidate));
    }
  }
}

void MailboxCache::recount(Shard& shard, Entry& entry) {
  shard.messages -= entry.messages;
  entry.messages = entry.state->cached_messages();
  shard.messages += entry.messages;
}

StatePtr MailboxCache::remove(Shard& shard, std::list<Entry>::iterator entry) {
  StatePtr state = std::move(entry->state);
  shard.messages -= entry->messages;
  shard.index.erase(state->id());
  shard.entries.erase(entry);
  return state;
}

void MailboxCache::erase(mail::MailboxId id) {
  Shard& shard = this->shard(id);
  StatePtr gone;  // outlives the lock
  std::lock_guard lock(shard.mutex);
  if (const auto found = shard.index.find(id); found != shard.index.end()) {
    gone = remove(shard, found->second);
  }
}

std::vector<StatePtr> MailboxCache::all() {
  std::vector<StatePtr> states;
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    for (const Entry& entry : shard.entries) states.push_back(entry.state);
  }
  return states;
}

}  // namespace roost::store
