#include "auth/connection_limits.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

namespace roost::auth {
namespace {

constexpr std::size_t kAddressesNamed = 5;

// "192.0.2.1 (40), 2001:db8::7 (24)", the most used first; ASCII, as it goes into a response.
template <typename Addresses>
std::string in_use_from(const Addresses& by_address) {
  std::vector<std::pair<std::size_t, std::string_view>> most;
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

// "192.0.2.1" as it is, "2001:db8::7" as "2001:db8::/64".
std::string network_of(std::string_view address) {
  std::string network(address);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, network.c_str(), &v6) != 1) return network;
  std::fill_n(std::begin(v6.s6_addr) + 8, 8, 0);
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &v6, text.data(), text.size());
  return std::string(text.data()) + "/64";
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
  auto here = std::ranges::find(in_use.by_address, address, &Address::name);
  if (here == in_use.by_address.end()) {
    here =
        in_use.by_address.insert_after(in_use.by_address.before_begin(), {std::string(address), 0});
  }
  if (limits_.per_user_and_address != 0 && here->count >= limits_.per_user_and_address) {
    return fail(ErrorCode::kLimit, "Too many connections for this account from " + here->name +
                                       " (" + std::to_string(limits_.per_user_and_address) +
                                       "). In use from: " + in_use_from(in_use.by_address));
  }
  ++in_use.count;
  ++here->count;
  return Slot(this, &*user, &*here);
}

Result<ConnectionLimits::Slot> ConnectionLimits::acquire_unauthenticated(std::string_view address,
                                                                         std::size_t beyond) {
  const std::string network = network_of(address);
  const std::lock_guard lock(mutex_);
  Address& here = unauthenticated_.try_emplace(network, Address{network, 0}).first->second;
  const std::size_t limit = limits_.unauthenticated_per_address;
  if (limit != 0 && here.count >= limit + beyond) {
    return fail(ErrorCode::kLimit, "Too many connections from " + network +
                                       " on which nobody has logged in (" + std::to_string(limit) +
                                       ")");
  }
  ++here.count;
  return Slot(this, nullptr, &here);
}

void ConnectionLimits::release(const Slot& slot) {
  const std::lock_guard lock(mutex_);
  const bool last_of_address = --slot.address_->count == 0;
  if (slot.account_ == nullptr) {
    if (last_of_address) unauthenticated_.erase(std::string(slot.address_->name));
    return;
  }
  InUse& in_use = slot.account_->second;
  if (last_of_address) {
    in_use.by_address.remove_if([&](const Address& address) { return &address == slot.address_; });
  }
  if (--in_use.count == 0) accounts_.erase(mail::AccountId(slot.account_->first));
}

}  // namespace roost::auth
