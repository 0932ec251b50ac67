#include "imap/protocol/sequence_set.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace roost::imap {
namespace {

constexpr std::uint32_t kStep = 256;  // messages looked at as one
constexpr mail::Uid kHighestUid(std::numeric_limits<std::uint32_t>::max());

// The range with "*" resolved and its ends in order: "4:2" and "2:4" are the same (section 9).
SequenceSet::Range resolved(SequenceSet::Range range, std::uint32_t largest) {
  if (range.first == SequenceSet::kStar) range.first = largest;
  if (range.last == SequenceSet::kStar) range.last = largest;
  if (range.first > range.last) std::swap(range.first, range.last);
  return range;
}

// Where no UID is missing between two messages, as many as stand between them are one range: a
// mailbox that nobody expunged from costs a look at each 256th message.
void add_messages(const mail::MailboxView& view, std::uint32_t first, std::uint32_t last,
                  mail::UidSet& into) {
  while (first <= last) {
    const std::uint32_t step_last = std::min(last, first + kStep - 1);
    const mail::Uid from = view.at(mail::SeqNum(first)).uid;
    const mail::Uid to = view.at(mail::SeqNum(step_last)).uid;
    if (to.value - from.value == step_last - first) {
      into.add(mail::UidRange{from, to});
    } else {
      view.for_each(mail::SeqNum(first), mail::SeqNum(step_last),
                    [&](mail::SeqNum, const mail::MessageEntry& entry) {
                      into.add(entry.uid);
                      return true;
                    });
    }
    first = step_last + 1;
  }
}

}  // namespace

mail::UidSet SequenceSet::uids(const mail::MailboxView& view) const {
  return view.empty() ? mail::UidSet() : uids(view.last_uid());
}

mail::UidSet SequenceSet::uids(mail::Uid largest) const {
  std::vector<mail::UidRange> result;
  result.reserve(ranges.size());
  for (const Range& range : ranges) {
    const auto [first, last] = resolved(range, largest.value);
    result.push_back({mail::Uid(first), mail::Uid(last)});
  }
  return mail::UidSet::from_ranges(std::move(result));
}

mail::UidSet SequenceSet::uids_with_arrivals(const mail::MailboxView& view) const {
  std::vector<mail::UidRange> result;
  for (const Range& range : ranges) {
    const auto [low, high] = std::minmax(range.first, range.last);
    if (low != kStar) {
      result.push_back({mail::Uid(low), mail::Uid(high)});
      continue;
    }
    if (high != kStar) result.push_back({mail::Uid(high), kHighestUid});
    if (!view.empty()) result.push_back({view.last_uid(), view.last_uid()});
  }
  return mail::UidSet::from_ranges(std::move(result));
}

std::optional<mail::UidSet> SequenceSet::uids_of_messages(const mail::MailboxView& view) const {
  for (const Range& range : ranges) {
    const auto [first, last] = resolved(range, view.size());
    // In an empty mailbox "*" has become 0, and is as wrong as any other number.
    if (first == 0 || last > view.size()) return std::nullopt;
  }
  return uids_of_existing_messages(view);
}

mail::UidSet SequenceSet::uids_of_existing_messages(const mail::MailboxView& view) const {
  std::vector<Range> in_order;
  in_order.reserve(ranges.size());
  for (const Range& range : ranges) in_order.push_back(resolved(range, view.size()));
  std::ranges::sort(in_order, {}, &Range::first);

  // Each message is visited once, however often the ranges name it.
  mail::UidSet result;
  std::uint32_t done = 0;
  for (const auto& [first, last] : in_order) {
    add_messages(view, std::max(first, done + 1), std::min(last, view.size()), result);
    done = std::max(done, std::min(last, view.size()));
  }
  return result;
}

}  // namespace roost::imap
