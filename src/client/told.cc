#include "client/told.h"

#include <algorithm>

namespace roost::client {
namespace {

// The names that are followed, sorted as Told has them, each once. A server may send as many as a
// response has room for.
std::vector<std::string_view> followed(const std::vector<std::string>& names) {
  std::vector<std::string_view> some;
  for (const std::string& name : names) {
    if (some.size() == Told::kMaxFlags) break;
    if (equal_ignoring_case(name, "\\Recent") || name.size() > Told::kMaxFlagName) continue;
    some.emplace_back(name);
  }
  std::ranges::sort(some, [](std::string_view a, std::string_view b) {
    const auto order = compare_ignoring_case(a, b);
    return order < 0 || (order == 0 && a < b);
  });
  const auto [first, last] = std::ranges::unique(some, equal_ignoring_case);
  some.erase(first, last);
  return some;
}

}  // namespace

Told::FlagChange Told::change_flags(mail::Uid uid, const std::vector<std::string>& now) {
  const std::vector<std::string_view> has = followed(now);
  FlagChange change;
  for (auto it = flags.begin(); it != flags.end();) {
    auto& [name, who] = *it;
    if (who.contains(uid) && !std::ranges::binary_search(has, name, LessIgnoringCase())) {
      change.cleared.push_back(name);
      who.remove({uid, uid});
    }
    it = who.empty() ? flags.erase(it) : std::next(it);
  }
  for (const std::string_view name : has) {
    auto it = flags.find(name);
    if (it == flags.end()) {
      if (flags.size() == kMaxFlags) continue;
      it = flags.emplace(name, mail::UidSet()).first;
    }
    if (it->second.contains(uid)) continue;
    it->second.add(uid);
    change.set.emplace_back(name);
  }
  return change;
}

void Told::remove(const mail::UidSet& gone) {
  uids = mail::difference(uids, gone);
  for (auto it = flags.begin(); it != flags.end();) {
    it->second = mail::difference(it->second, gone);
    it = it->second.empty() ? flags.erase(it) : std::next(it);
  }
}

std::size_t Told::ranges_without(const mail::UidSet& gone) const {
  std::size_t count = mail::difference(uids, gone).ranges().size();
  for (const auto& [name, who] : flags) count += mail::difference(who, gone).ranges().size();
  return count;
}

std::size_t Told::ranges() const {
  std::size_t count = uids.ranges().size();
  for (const auto& [name, who] : flags) count += who.ranges().size();
  return count;
}

}  // namespace roost::client
