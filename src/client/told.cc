#include "client/told.h"

#include <algorithm>

namespace roost::client {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(
      names, [name](const std::string& other) { return equal_ignoring_case(name, other); });
}

}  // namespace

Told::FlagChange Told::change_flags(mail::Uid uid, const std::vector<std::string>& now) {
  FlagChange change;
  for (auto it = flags.begin(); it != flags.end();) {
    auto& [name, who] = *it;
    if (who.contains(uid) && !contains(now, name)) {
      change.cleared.push_back(name);
      who.remove({uid, uid});
    }
    it = who.empty() ? flags.erase(it) : std::next(it);
  }
  for (const std::string& name : now) {
    if (equal_ignoring_case(name, "\\Recent") || name.size() > kMaxFlagName) continue;
    auto it = flags.find(name);
    if (it == flags.end()) {
      if (flags.size() == kMaxFlags) continue;
      it = flags.emplace(name, mail::UidSet()).first;
    }
    if (it->second.contains(uid)) continue;
    it->second.add(uid);
    change.set.push_back(name);
  }
  return change;
}

void Told::remove(mail::UidRange gone) {
  uids.remove(gone);
  for (auto it = flags.begin(); it != flags.end();) {
    it->second.remove(gone);
    it = it->second.empty() ? flags.erase(it) : std::next(it);
  }
}

std::size_t Told::ranges() const {
  std::size_t count = uids.ranges().size();
  for (const auto& [name, who] : flags) count += who.ranges().size();
  return count;
}

}  // namespace roost::client
