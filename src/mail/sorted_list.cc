#include "mail/sorted_list.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace roost::mail {
namespace {

constexpr std::size_t kFewRemoved = 100;

void place(std::uint32_t position, Uid uid, std::vector<PlacedUids>& into) {
  if (into.empty() || into.back().position + into.back().uids.size() != position) {
    into.push_back({.position = position, .uids = {}});
  }
  into.back().uids.push_back(uid);
}

}  // namespace

SortedList::SortedList(Sorter sorter, std::vector<Uid> uids)
    : sorter_(std::move(sorter)), uids_(std::move(uids)), order_(sorter_.sorted()) {}

std::vector<std::uint32_t> SortedList::order_of(std::span<const Uid> uids) const {
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  std::vector<std::uint32_t> place_of(uids_.size(), kNone);  // in uids, by place in the sorter
  auto at = uids.begin();
  for (std::size_t i = 0; i < uids_.size(); ++i) {
    // Mostly the next one: they were added by UID, but for what a later search has found.
    if (at == uids.end() || *at != uids_[i]) at = std::ranges::lower_bound(uids, uids_[i]);
    if (at == uids.end() || *at != uids_[i]) continue;
    place_of[i] = static_cast<std::uint32_t>(at - uids.begin());
    ++at;
  }
  std::vector<std::uint32_t> order;
  order.reserve(uids.size());
  for (const std::uint32_t place : order_) {
    if (place_of[place] != kNone) order.push_back(place_of[place]);
  }
  return order;
}

std::size_t SortedList::octets() const {
  return sorter_.octets() + uids_.size() * sizeof(Uid) + order_.size() * sizeof(std::uint32_t);
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
  added_.clear();
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
