// A map of bounded size that forgets what was not asked for longest.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <unordered_map>
#include <utility>

#include "base/check.h"

namespace roost {

// Owner and thread: one; it does not lock.
template <typename Key, typename Value, typename Hash = std::hash<Key>>
class LruMap {
 public:
  explicit LruMap(std::size_t capacity) : capacity_(capacity) { ROOST_CHECK(capacity > 0); }

  [[nodiscard]] std::size_t size() const { return index_.size(); }

  // Null if it is not there. The pointer holds until that entry is erased or evicted.
  [[nodiscard]] Value* find(const Key& key) {
    const auto it = index_.find(key);
    if (it == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, it->second);
    return &it->second->second;
  }

  // The entry, made by default if it is not there.
  Value& operator[](const Key& key) {
    if (Value* known = find(key)) return *known;
    if (index_.size() == capacity_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, Value{});
    index_.emplace(key, entries_.begin());
    return entries_.front().second;
  }

  void erase(const Key& key) {
    const auto it = index_.find(key);
    if (it == index_.end()) return;
    entries_.erase(it->second);
    index_.erase(it);
  }

 private:
  using Entries = std::list<std::pair<Key, Value>>;

  const std::size_t capacity_;
  Entries entries_;  // the last used first
  std::unordered_map<Key, typename Entries::iterator, Hash> index_;
};

}  // namespace roost
