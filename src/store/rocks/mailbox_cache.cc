#include "store/rocks/mailbox_cache.h"

#include <iterator>

namespace roost::store {

StatePtr MailboxCache::get(mail::MailboxId id, std::vector<StatePtr>& unsaved) {
  Shard& shard = this->shard(id);
  std::lock_guard lock(shard.mutex);
  if (const auto found = shard.index.find(id); found != shard.index.end()) {
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
    recount(shard, *found->second);
  } else {
    shard.entries.push_front({std::make_shared<MailboxState>(id)});
    shard.index.emplace(id, shard.entries.begin());
  }
  const StatePtr state = shard.entries.front().state;
  evict(shard, unsaved);
  return state;
}

void MailboxCache::evict(Shard& shard, std::vector<StatePtr>& unsaved) {
  // A state in use is passed over; looking at a few a call keeps the call short.
  auto candidate = shard.entries.end();
  for (int looked = 0; looked < 8 && candidate != shard.entries.begin(); ++looked) {
    if (shard.entries.size() <= bounds_.mailboxes && shard.messages <= bounds_.messages) return;
    --candidate;
    if (candidate->state.use_count() > 1) continue;
    if (candidate->state->take_unsaved_claims()) {
      unsaved.push_back(candidate->state);
      continue;
    }
    const auto victim = candidate++;
    remove(shard, victim);
  }
}

void MailboxCache::recount(Shard& shard, Entry& entry) {
  shard.messages -= entry.messages;
  entry.messages = entry.state->cached_messages();
  shard.messages += entry.messages;
}

void MailboxCache::remove(Shard& shard, std::list<Entry>::iterator entry) {
  shard.messages -= entry->messages;
  shard.index.erase(entry->state->id());
  shard.entries.erase(entry);
}

void MailboxCache::erase(mail::MailboxId id) {
  Shard& shard = this->shard(id);
  std::lock_guard lock(shard.mutex);
  if (const auto found = shard.index.find(id); found != shard.index.end()) {
    remove(shard, found->second);
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
