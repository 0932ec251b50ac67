#include "mail/uid_set.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace roost::mail {
namespace {

// a ends before b begins, with at least one UID between them. Wide, so that the highest UID has a
// successor to compare with.
bool apart(const UidRange& a, const UidRange& b) {
  return std::uint64_t{a.last.value} + 1 < b.first.value;
}

}  // namespace

UidSet UidSet::from_ranges(std::vector<UidRange> ranges) {
  std::ranges::sort(ranges, {}, &UidRange::first);
  UidSet set;
  for (const UidRange& range : ranges) set.add(range);
  return set;
}

void UidSet::add(UidRange range) {
  ROOST_CHECK(range.first <= range.last);
  if (ranges_.empty() || apart(ranges_.back(), range)) {
    ranges_.push_back(range);
    return;
  }
  if (ranges_.back().first <= range.first) {
    ranges_.back().last = std::max(ranges_.back().last, range.last);
    return;
  }
  // The ranges that touch the new one are [begin, end); they become one with it.
  const auto begin = std::ranges::lower_bound(
      ranges_, range, [](const UidRange& a, const UidRange& b) { return apart(a, b); });
  const auto end = std::ranges::upper_bound(
      ranges_, range, [](const UidRange& a, const UidRange& b) { return apart(a, b); });
  if (begin == end) {
    ranges_.insert(begin, range);
    return;
  }
  begin->first = std::min(begin->first, range.first);
  begin->last = std::max(std::prev(end)->last, range.last);
  ranges_.erase(std::next(begin), end);
}

void UidSet::remove(UidRange range) {
  ROOST_CHECK(range.first <= range.last);
  auto it = std::ranges::lower_bound(ranges_, range.first, {}, &UidRange::last);
  if (it == ranges_.end() || it->first > range.last) return;
  if (it->first < range.first) {
    const UidRange before{it->first, range.first.prev()};
    if (it->last > range.last) {
      it->first = range.last.next();
      ranges_.insert(it, before);
      return;
    }
    *it++ = before;
  }
  const auto begin = it;
  while (it != ranges_.end() && it->last <= range.last) ++it;
  if (it != ranges_.end() && it->first <= range.last) it->first = range.last.next();
  ranges_.erase(begin, it);
}

std::optional<Uid> UidSet::nth(std::uint64_t before) const {
  for (const UidRange& range : ranges_) {
    const std::uint64_t count = std::uint64_t{range.last.value} - range.first.value + 1;
    if (before < count) return Uid(range.first.value + static_cast<std::uint32_t>(before));
    before -= count;
  }
  return std::nullopt;
}

bool UidSet::contains(Uid uid) const {
  const auto it = std::ranges::lower_bound(ranges_, uid, {}, &UidRange::last);
  return it != ranges_.end() && it->first <= uid;
}

std::uint32_t UidSet::count_in(UidRange range) const {
  std::uint32_t count = 0;
  for (auto it = std::ranges::lower_bound(ranges_, range.first, {}, &UidRange::last);
       it != ranges_.end() && it->first <= range.last; ++it) {
    count += std::min(it->last, range.last).value - std::max(it->first, range.first).value + 1;
  }
  return count;
}

std::uint64_t UidSet::count() const {
  std::uint64_t count = 0;
  for (const UidRange& range : ranges_)
    count += std::uint64_t{range.last.value} - range.first.value + 1;
  return count;
}

std::string UidSet::to_string() const {
  std::string out;
  std::size_t first = 0;
  append_ranges(first, ranges_.size(), out);
  return out;
}

void UidSet::append_ranges(std::size_t& first, std::size_t most, std::string& out) const {
  const std::size_t end = first + std::min(most, ranges_.size() - first);
  for (std::string_view separator; first < end; ++first, separator = ",") {
    const UidRange& range = ranges_[first];
    out.append(separator).append(std::to_string(range.first.value));
    if (range.first != range.last) out.append(":").append(std::to_string(range.last.value));
  }
}

UidSet intersection(const UidSet& a, const UidSet& b) {
  UidSet both;
  auto x = a.ranges().begin();
  auto y = b.ranges().begin();
  while (x != a.ranges().end() && y != b.ranges().end()) {
    const Uid first = std::max(x->first, y->first);
    const Uid last = std::min(x->last, y->last);
    if (first <= last) both.add(UidRange{first, last});
    if (x->last < y->last) {
      ++x;
    } else {
      ++y;
    }
  }
  return both;
}

UidSet united(UidSet a, const UidSet& b) {
  if (b.empty()) return a;
  if (a.empty() || a.ranges().back().first <= b.ranges().front().first) {
    for (const UidRange& range : b.ranges()) a.add(range);
    return a;
  }
  std::vector<UidRange> in_order;
  in_order.reserve(a.ranges().size() + b.ranges().size());
  std::ranges::merge(a.ranges(), b.ranges(), std::back_inserter(in_order), {}, &UidRange::first,
                     &UidRange::first);
  UidSet either;
  for (const UidRange& range : in_order) either.add(range);
  return either;
}

UidSet difference(const UidSet& a, const UidSet& b) {
  UidSet rest;
  auto gone = b.ranges().begin();
  const auto no_more = b.ranges().end();
  for (UidRange range : a.ranges()) {
    while (gone != no_more && gone->last < range.first) ++gone;
    bool is_left = true;
    for (auto cut = gone; is_left && cut != no_more && cut->first <= range.last; ++cut) {
      if (range.first < cut->first) rest.add(UidRange{range.first, cut->first.prev()});
      is_left = cut->last < range.last;
      if (is_left) range.first = cut->last.next();
    }
    if (is_left) rest.add(range);
  }
  return rest;
}

}  // namespace roost::mail
