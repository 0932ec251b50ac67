// The mailboxes in memory: all that somebody works on, and of the others the last used, up to a
// bound.
#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "mail/ids.h"
#include "store/rocks/mailbox_state.h"

namespace roost::store {

using StatePtr = std::shared_ptr<MailboxState>;

// Owner: Mailboxes. Any thread. A state is forgotten only when nobody holds it and all of it is
// published: so there is never a second one of the same mailbox, and what a failed sync left behind
// is not read from the database and taken for durable.
class MailboxCache {
 public:
  struct Bounds {
    std::size_t mailboxes;
    std::size_t messages;
  };
  explicit MailboxCache(Bounds bounds)
      : bounds_{bounds.mailboxes / kShards, bounds.messages / kShards} {}

  // The mailbox's state, made if it is not there. States that go for it and still have something to
  // be saved are put into `unsaved`, held: the caller saves them.
  [[nodiscard]] StatePtr get(mail::MailboxId id, std::vector<StatePtr>& unsaved);
  // The mailbox's state if it is in memory, else null. Never blocks; makes and forgets nothing.
  [[nodiscard]] StatePtr find(mail::MailboxId id);
  void erase(mail::MailboxId id);
  // All in memory.
  [[nodiscard]] std::vector<StatePtr> all();

 private:
  static constexpr std::size_t kShards = 16;
  struct Entry {
    StatePtr state;
    std::size_t messages = 0;  // counted for it in Shard::messages
  };
  struct Shard {
    std::mutex mutex;
    std::list<Entry> entries;  // the last used first
    std::unordered_map<mail::MailboxId, std::list<Entry>::iterator> index;
    std::size_t messages = 0;
  };

  // A state may be large: what goes is put into `gone`, to be destroyed without the lock.
  void evict(Shard& shard, std::vector<StatePtr>& unsaved, std::vector<StatePtr>& gone);
  static void recount(Shard& shard, Entry& entry);
  [[nodiscard]] static StatePtr remove(Shard& shard, std::list<Entry>::iterator entry);
  [[nodiscard]] Shard& shard(mail::MailboxId id) { return shards_[id.value % kShards]; }

  const Bounds bounds_;
  std::array<Shard, kShards> shards_;
};

}  // namespace roost::store
