#include "mail/uid_set.h"

#include <algorithm>
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
  for (const UidRange& range : ranges_) {
    if (!out.empty()) out += ',';
    out += std::to_string(range.first.value);
    if (range.first != range.last) {
      out += ':';
      out += std::to_string(range.last.value);
    }
  }
  return out;
}

}  // namespace roost::mail
