#include "tests/push/model_context.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <sstream>

namespace roost::push_model {

namespace {

std::vector<std::uint32_t> sequence_set(std::string_view set) {
  std::vector<std::uint32_t> numbers;
  while (!set.empty()) {
    std::uint32_t first = 0;
    const char* const end = set.data() + set.size();
    const char* at = std::from_chars(set.data(), end, first).ptr;
    std::uint32_t last = first;
    if (at != end && *at == ':') at = std::from_chars(at + 1, end, last).ptr;
    for (std::uint32_t number = first; number <= last; ++number) numbers.push_back(number);
    set.remove_prefix(std::min(set.size(), static_cast<std::size_t>(at - set.data()) + 1));
  }
  return numbers;
}

}  // namespace

std::string ModelContext::command(Kind kind) {
  switch (kind) {
    case Kind::kByNumber:
      return "SEARCH RETURN (UPDATE ALL) FLAGGED";
    case Kind::kByUid:
      return "UID SEARCH RETURN (UPDATE ALL) FLAGGED";
    case Kind::kSortedByUid:
      return "UID SORT RETURN (UPDATE ALL) (REVERSE SUBJECT) UTF-8 FLAGGED";
  }
  return {};
}

// "* ESEARCH (TAG "t7") UID REMOVEFROM (3 4,2 1 5) ADDTO (1 9)"
std::string ModelContext::hear(std::string_view esearch) {
  const std::string head = "* ESEARCH (TAG \"" + tag_ + "\")";
  if (!esearch.starts_with(head)) return "an update to another search";
  esearch.remove_prefix(head.size());
  constexpr std::string_view kUid = " UID";
  if (esearch.starts_with(kUid) == (kind_ == Kind::kByNumber)) return "not as it was asked for";
  if (kind_ != Kind::kByNumber) esearch.remove_prefix(kUid.size());
  std::istringstream words{std::string(esearch)};
  for (std::string item; words >> item;) {
    std::string set;
    if (item == "ALL" && words >> set) {
      result_ = sequence_set(set);
      continue;
    }
    if (item != "REMOVEFROM" && item != "ADDTO") return "not understood";
    for (std::string position; !set.ends_with(')');) {
      if (!(words >> position >> set)) return "not understood";
      if (position.starts_with('(')) position.erase(0, 1);
      const auto at = static_cast<std::uint32_t>(std::stoul(position));
      const auto numbers = sequence_set(std::string_view(set).substr(0, set.find(')')));
      if (item == "ADDTO") {
        add(at, numbers);
      } else if (std::string wrong = remove(at, numbers); !wrong.empty()) {
        return wrong;
      }
    }
  }
  return {};
}

std::string ModelContext::remove(std::uint32_t position,
                                 const std::vector<std::uint32_t>& numbers) {
  if ((position == 0) != (kind_ != Kind::kSortedByUid)) return "a position of another order";
  for (const std::uint32_t number : numbers) {
    const auto found = std::ranges::find(result_, number);
    if (found == result_.end()) return "removed what is not there";
    if (position > 0 && found - result_.begin() != position - 1) return "removed from elsewhere";
    result_.erase(found);
  }
  return {};
}

void ModelContext::add(std::uint32_t position, const std::vector<std::uint32_t>& numbers) {
  if (position == 0) {
    result_.insert(result_.end(), numbers.begin(), numbers.end());
    std::ranges::sort(result_);
  } else {
    const std::size_t before = std::min<std::size_t>(position - 1, result_.size());
    result_.insert(result_.begin() + static_cast<std::ptrdiff_t>(before), numbers.begin(),
                   numbers.end());
  }
}

std::string ModelContext::hear_expunge(std::uint32_t number) {
  if (kind_ != Kind::kByNumber) return {};
  if (std::ranges::find(result_, number) != result_.end()) return "expunged, and still in a result";
  for (std::uint32_t& other : result_) {
    if (other > number) --other;
  }
  return {};
}

std::string ModelContext::difference(const mail::MailboxView& view,
                                     const Subjects& subjects) const {
  std::vector<std::uint32_t> flagged;
  view.for_each([&](mail::SeqNum seq, const mail::MessageEntry& entry) {
    if (entry.flags.has(mail::SystemFlag::kFlagged)) {
      flagged.push_back(kind_ == Kind::kByNumber ? seq.value : entry.uid.value);
    }
    return true;
  });
  if (kind_ == Kind::kSortedByUid) {
    const auto subject_of = [&](std::uint32_t uid) { return std::string_view(subjects.at(uid)); };
    std::ranges::stable_sort(flagged, std::greater(), subject_of);
  }
  if (result_ == flagged) return {};
  return "the search " + tag_ + " is believed to find " + std::to_string(result_.size()) +
         " messages, and finds " + std::to_string(flagged.size()) +
         ", or others, or in other order";
}

}  // namespace roost::push_model
