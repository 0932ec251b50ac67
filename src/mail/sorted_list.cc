#include "mail/sorted_list.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace roost::mail {
namespace {

constexpr std::size_t kFewRemoved = 100;
constexpr std::size_t kFew = 16;  // so many times fewer than there are: better looked up one by one
constexpr std::uint32_t kNone = ~std::uint32_t{0};

void place(std::uint32_t position, Uid uid, std::vector<PlacedUids>& into) {
  if (into.empty() || into.back().position + into.back().uids.size() != position) {
    into.push_back({.position = position, .uids = {}});
  }
  into.back().uids.push_back(uid);
}

}  // namespace

// Of the messages of uids that are in it, in their order.
std::vector<SortedList::Found> SortedList::find(std::span<const Uid> uids) const {
  return uids.size() < uids_.size() / kFew ? find_few(uids) : find_many(uids);
}

// Each is looked up.
std::vector<SortedList::Found> SortedList::find_few(std::span<const Uid> uids) const {
  std::vector<std::uint32_t> places;
  auto next = uids_.begin();
  for (const Uid uid : uids) {
    next = std::lower_bound(next, uids_.end(), uid);
    if (next == uids_.end()) break;
    if (*next == uid) places.push_back(static_cast<std::uint32_t>(next - uids_.begin()));
  }
  std::vector<Found> found;
  found.reserve(places.size());
  for (const std::uint32_t place : sorter_.sorted(places)) {
    const auto at = std::ranges::lower_bound(uids, uids_[place]);
    found.push_back({.at = static_cast<std::uint32_t>(at - uids.begin()), .place = place});
  }
  return found;
}

// The list is gone through, for the order that it has.
std::vector<SortedList::Found> SortedList::find_many(std::span<const Uid> uids) const {
  std::vector<std::uint32_t> at_of(uids_.size(), kNone);  // by place
  auto at = uids.begin();
  for (std::size_t place = 0; place < uids_.size(); ++place) {
    while (at != uids.end() && *at < uids_[place]) ++at;
    if (at == uids.end()) break;
    if (*at == uids_[place]) at_of[place] = static_cast<std::uint32_t>(at - uids.begin());
  }
  std::vector<Found> found;
  found.reserve(uids.size());
  for (const std::uint32_t place : order_) {
    if (at_of[place] != kNone) found.push_back({.at = at_of[place], .place = place});
  }
  return found;
}

std::vector<std::uint32_t> SortedList::order_of(std::span<const Uid> uids,
                                                const SortedList& other) const {
  const auto before = [&](const Found& its, const Found& others) {
    const auto order = sorter_.compare(its.place, other.sorter_, others.place);
    return order != 0 ? order < 0 : its.at < others.at;
  };
  std::vector<std::uint32_t> order;
  order.reserve(uids.size());
  const std::vector<Found> found = find(uids);
  auto next = found.begin();
  const auto take_until = [&](std::vector<Found>::const_iterator end) {
    for (; next != end; ++next) order.push_back(next->at);
  };
  for (const Found& others : other.find(uids)) {
    take_until(std::lower_bound(next, found.end(), others, before));
    order.push_back(others.at);
  }
  take_until(found.end());
  return order;
}

SortedList SortedList::joined(const SortedList& one, const UidSet& gone, const SortedList& other) {
  SortedList all(one.sorter_.criteria());
  all.uids_.reserve(one.uids_.size() + other.uids_.size());
  all.order_.reserve(one.order_.size());
  for (const SortedList* list : {&one, &other}) all.sorter_.reserve_for(list->sorter_);
  std::vector<std::uint32_t> place_of(one.uids_.size(), kNone);  // by place in the one
  const auto take = [&](const SortedList& from, std::size_t place) {
    all.uids_.push_back(from.uids_[place]);
    all.sorter_.add_from(from.sorter_, place);
    return static_cast<std::uint32_t>(all.uids_.size() - 1);
  };
  std::size_t next = 0;  // in the other
  for (std::size_t place = 0; place < one.uids_.size(); ++place) {
    const Uid uid = one.uids_[place];
    while (next < other.uids_.size() && other.uids_[next] < uid) {
      all.added_.push_back(take(other, next++));
    }
    if (!gone.contains(uid)) place_of[place] = take(one, place);
  }
  while (next < other.uids_.size()) all.added_.push_back(take(other, next++));
  for (const std::uint32_t place : one.order_) {
    if (place_of[place] != kNone) all.order_.push_back(place_of[place]);
  }
  (void)all.put_in_place();
  all.uids_.shrink_to_fit();
  all.sorter_.shrink_to_fit();
  return all;
}

std::size_t SortedList::octets() const {
  return sorter_.octets() + uids_.size() * sizeof(Uid) +
         (order_.size() + added_.size()) * sizeof(std::uint32_t);
}

std::vector<PlacedUids> SortedList::remove(const UidSet& uids) {
  std::vector<PlacedUids> removed;
  if (uids.empty()) return removed;
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < order_.size(); ++i) {
    const Uid uid = uids_[order_[i]];
    if (uids.contains(uid)) {
      place(i + 1, uid, removed);
    } else {
      order_[kept++] = order_[i];
    }
  }
  order_.resize(kept);
  std::ranges::reverse(removed);
  return removed;
}

void SortedList::add(Uid uid, const Digest& digest, Closeness relevancy) {
  added_.push_back(static_cast<std::uint32_t>(uids_.size()));
  uids_.push_back(uid);
  sorter_.add(digest, relevancy);
}

std::vector<PlacedUids> SortedList::put_in_place() {
  const auto before = [this](std::uint32_t a, std::uint32_t b) {
    const auto order = sorter_.compare(a, b);
    return order != 0 ? order < 0 : uids_[a] < uids_[b];
  };
  const auto uid_of = [this](std::uint32_t at) { return uids_[at]; };
  if (!std::ranges::is_sorted(added_, {}, uid_of)) std::ranges::sort(added_, {}, uid_of);
  added_ = sorter_.sorted(added_);
  std::vector<PlacedUids> placed;
  std::vector<std::uint32_t> all;
  all.reserve(order_.size() + added_.size());
  auto next = order_.cbegin();
  for (const std::uint32_t added : added_) {
    const auto at = std::lower_bound(next, order_.cend(), added, before);
    all.insert(all.end(), next, at);
    next = at;
    all.push_back(added);
    place(static_cast<std::uint32_t>(all.size()), uids_[added], placed);
  }
  all.insert(all.end(), next, order_.cend());
  order_ = std::move(all);
  added_ = std::vector<std::uint32_t>();
  if (uids_.size() > 2 * order_.size() + kFewRemoved) forget_removed();
  return placed;
}

void SortedList::forget_removed() {
  sorter_ = sorter_.only(order_);
  std::vector<Uid> uids;
  uids.reserve(order_.size());
  for (const std::uint32_t at : order_) uids.push_back(uids_[at]);
  uids_ = std::move(uids);
  std::iota(order_.begin(), order_.end(), 0);
}

}  // namespace roost::mail
