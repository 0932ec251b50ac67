#include "auth/connection_limits.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace roost::auth {
namespace {

constexpr std::size_t kAddressesNamed = 5;

// "192.0.2.1 (40), 2001:db8::7 (24)", the most used first; ASCII, as it goes into a response.
template <typename Addresses>
std::string in_use_from(const Addresses& by_address) {
  std::vector<std::pair<std::size_t, std::string_view>> most;
  most.reserve(by_address.size());
  for (const auto& [address, count] : by_address) most.emplace_back(count, address);
  const std::size_t named = std::min(kAddressesNamed, most.size());
  std::ranges::partial_sort(most, most.begin() + static_cast<std::ptrdiff_t>(named),
                            std::ranges::greater{});
  std::string out;
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) out += ", ";
    out.append(most[i].second).append(" (").append(std::to_string(most[i].first)).append(")");
  }
  if (named < most.size()) out += " and " + std::to_string(most.size() - named) + " more";
  return out;
}

}  // namespace

Result<ConnectionLimits::Slot> ConnectionLimits::acquire(mail::AccountId account,
                                                         std::string_view address) {
  const std::lock_guard lock(mutex_);
  const auto user = accounts_.try_emplace(account).first;
  InUse& in_use = user->second;
  if (limits_.per_user != 0 && in_use.count >= limits_.per_user) {
    return fail(ErrorCode::kLimit, "Too many connections for this account (" +
                                       std::to_string(limits_.per_user) +
                                       "). In use from: " + in_use_from(in_use.by_address));
  }
  const auto here = in_use.by_address.try_emplace(std::string(address), 0).first;
  if (limits_.per_user_and_address != 0 && here->second >= limits_.per_user_and_address) {
    return fail(ErrorCode::kLimit, "Too many connections for this account from " + here->first +
                                       " (" + std::to_string(limits_.per_user_and_address) +
                                       "). In use from: " + in_use_from(in_use.by_address));
  }
  ++in_use.count;
  ++here->second;
  return Slot(this, &*user, &*here);
}

void ConnectionLimits::release(const Slot& slot) {
  const std::lock_guard lock(mutex_);
  InUse& in_use = slot.account_->second;
  if (--slot.address_->second == 0) in_use.by_address.erase(slot.address_->first);
  if (--in_use.count == 0) accounts_.erase(slot.account_->first);
}

}  // namespace roost::auth
