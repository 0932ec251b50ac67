#include "imap/commands/sequence_match.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <ranges>

namespace roost::imap {

namespace {

// The same for the numbers from seq and the UIDs from uid, as many of both as count. From one
// number to the next a UID grows by one or more: once it is ahead, it stays ahead.
mail::Uid last_match_in_run(const mail::MailboxView& view, mail::SeqNum seq, mail::Uid uid,
                            std::uint32_t count) {
  const auto uid_at = [&](std::uint32_t i) { return view.at(mail::SeqNum(seq.value + i)).uid; };
  const auto steps = std::views::iota(std::uint32_t{0}, count);
  const auto ahead = std::ranges::partition_point(
      steps, [&](std::uint32_t i) { return uid_at(i).value <= uid.value + i; });
  if (ahead == steps.begin()) return mail::Uid(0);
  const std::uint32_t last = *std::ranges::prev(ahead);
  const mail::Uid candidate(uid.value + last);
  return uid_at(last) == candidate ? candidate : mail::Uid(0);
}

}  // namespace

mail::Uid last_match(const mail::MailboxView& view, const mail::UidSet& numbers,
                     const mail::UidSet& uids) {
  mail::Uid matched;
  auto number = numbers.ranges().begin();
  auto uid = uids.ranges().begin();
  std::uint32_t numbers_done = 0;  // of their current range
  std::uint32_t uids_done = 0;
  while (number != numbers.ranges().end() && uid != uids.ranges().end()) {
    const mail::SeqNum first_number(number->first.value + numbers_done);
    const mail::Uid first_uid(uid->first.value + uids_done);
    if (first_number.value > view.size()) break;
    const std::uint32_t numbers_left = number->last.value - first_number.value;
    const std::uint32_t uids_left = uid->last.value - first_uid.value;
    const std::uint32_t more = std::min(numbers_left, uids_left);
    const std::uint32_t count = std::min(more, view.size() - first_number.value) + 1;
    matched = std::max(matched, last_match_in_run(view, first_number, first_uid, count));
    numbers_done = more == numbers_left ? 0 : numbers_done + more + 1;
    uids_done = more == uids_left ? 0 : uids_done + more + 1;
    if (more == numbers_left) ++number;
    if (more == uids_left) ++uid;
  }
  return matched;
}

}  // namespace roost::imap
