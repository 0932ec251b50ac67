// What SORT and THREAD go by of the mailboxes that they were last asked about, so that the next one
// reads no digest but of what has come since. A message never changes in it, and a MailboxId is
// given once: what is here is never wrong, it may only be of messages that are gone. Whether a
// message is there is the session's view to say.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <ranges>
#include <utility>
#include <vector>

#include "mail/ids.h"
#include "mail/mailbox_view.h"
#include "mail/sorted_list.h"
#include "mail/threaded_list.h"
#include "mail/uid_set.h"

namespace roost::imap {

// Keyed by What is asked of a mailbox; List: of messages, with octets(). Owner: the Server. Any
// thread; a command holds what it has found until it has its answer.
template <typename What, typename List>
class KeyCache {
 public:
  static constexpr std::size_t kPart = 16;
  struct Known {
    List list;
    mail::UidSet uids;  // of the messages in it; to be copied into it, without room to grow

    // Those that are gone. What came after the view is not.
    [[nodiscard]] mail::UidSet gone_from(const mail::MailboxView& view) const;
    // To join costs as much as there is. So only a command that has found a good part of it does
    // that; one that finds few reads what is new of them, and leaves it to others.
    [[nodiscard]] bool is_joined_by(std::size_t found) const {
      return found >= list.size() / kPart;
    }
  };
  using KnownPtr = std::shared_ptr<const Known>;

  // The last used are kept: most octets of them.
  explicit KeyCache(std::size_t most) : most_(most) {}

  [[nodiscard]] KnownPtr find(mail::MailboxId mailbox, const What& what);  // null: nothing
  // Whether it would be kept if what is not gone of that list were joined by so many octets.
  [[nodiscard]] bool fits(const Known& known, const mail::UidSet& gone, std::size_t more) const;
  // Instead of what was there; does nothing where it is too much.
  void put(mail::MailboxId mailbox, const What& what, KnownPtr known);
  [[nodiscard]] std::size_t octets() const;

 private:
  using Key = std::pair<mail::MailboxId, What>;
  struct Entry {
    Key key;
    KnownPtr known;
    std::size_t octets;
  };
  using Entries = std::list<Entry>;
  // Beside the messages: the entry, its place in the index, the list's own, and what the allocator
  // takes for each of them.
  static constexpr std::size_t kEntryOctets = 640;
  // Both keys hold it, and the list.
  static std::size_t octets_of(const What& what) {
    if constexpr (std::ranges::sized_range<What>) return 3 * what.size() * sizeof(*what.begin());
    return 0;
  }

  // What goes is put into `gone`, to be destroyed without the lock.
  void remove(typename Entries::iterator entry, Entries& gone);

  const std::size_t most_;
  mutable std::mutex mutex_;
  Entries entries_;  // the last used first
  std::map<Key, typename Entries::iterator> index_;
  std::size_t octets_ = 0;
};

using SortKeys = KeyCache<std::vector<mail::SortCriterion>, mail::SortedList>;
using ThreadKeys = KeyCache<mail::ThreadAlgorithm, mail::ThreadedList>;

template <typename What, typename List>
mail::UidSet KeyCache<What, List>::Known::gone_from(const mail::MailboxView& view) const {
  mail::UidSet gone = mail::missing_from(view, uids);
  gone.remove({view.uid_next(), mail::Uid(~std::uint32_t{0})});
  return gone;
}

template <typename What, typename List>
auto KeyCache<What, List>::find(mail::MailboxId mailbox, const What& what) -> KnownPtr {
  std::lock_guard lock(mutex_);
  const auto found = index_.find({mailbox, what});
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->known;
}

// As if each message took as much as the others.
template <typename What, typename List>
bool KeyCache<What, List>::fits(const Known& known, const mail::UidSet& gone,
                                std::size_t more) const {
  const std::size_t size = known.list.size();
  const std::size_t left = size - std::min<std::size_t>(size, gone.count());
  const std::size_t a_message = size == 0 ? 0 : known.list.octets() / size;
  return kEntryOctets + left * a_message + more <= most_;
}

template <typename What, typename List>
void KeyCache<What, List>::put(mail::MailboxId mailbox, const What& what, KnownPtr known) {
  const std::size_t octets = kEntryOctets + octets_of(what) + known->list.octets() +
                             known->uids.ranges().size() * sizeof(mail::UidRange);
  if (octets > most_) return;
  Entries gone;  // outlives the lock
  std::lock_guard lock(mutex_);
  const Key key{mailbox, what};
  if (const auto old = index_.find(key); old != index_.end()) remove(old->second, gone);
  while (octets_ + octets > most_) remove(std::prev(entries_.end()), gone);
  entries_.push_front({.key = key, .known = std::move(known), .octets = octets});
  index_.emplace(key, entries_.begin());
  octets_ += octets;
}

template <typename What, typename List>
std::size_t KeyCache<What, List>::octets() const {
  std::lock_guard lock(mutex_);
  return octets_;
}

template <typename What, typename List>
void KeyCache<What, List>::remove(typename Entries::iterator entry, Entries& gone) {
  octets_ -= entry->octets;
  index_.erase(entry->key);
  gone.splice(gone.begin(), entries_, entry);
}

}  // namespace roost::imap
