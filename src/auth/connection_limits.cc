#include "auth/connection_limits.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace roost::auth {
namespace {

constexpr std::size_t kAddressesNamed = 5;

// The high octets of an IPv4 address mapped into IPv6.
constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_ipv4(std::span<const unsigned char, 16> address) {
  return std::ranges::equal(kMapped, address.first<kMapped.size()>());
}

}  // namespace

ConnectionLimits::Octets ConnectionLimits::parse(std::string_view address) {
  const std::string text(address);
  Octets octets = kUnix;
  if (::inet_pton(AF_INET6, text.c_str(), octets.data()) == 1) return octets;
  if (::inet_pton(AF_INET, text.c_str(), octets.data() + kMapped.size()) == 1) {
    std::ranges::copy(kMapped, octets.begin());
  }
  return octets;
}

std::string ConnectionLimits::name_of(const Octets& address) {
  if (address == kUnix) return "unix";
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool ipv4 = is_ipv4(address);
  const auto* const octets = ipv4 ? address.data() + kMapped.size() : address.data();
  ::inet_ntop(ipv4 ? AF_INET : AF_INET6, octets, text.data(), text.size());
  return text.data();
}

// "192.0.2.1 (40), 2001:db8::7 (24)", the most used first; ASCII, as it goes into a response.
std::string ConnectionLimits::in_use_from(const InUse& in_use) {
  std::vector<std::pair<std::uint32_t, Octets>> most;
  if (in_use.first.count > 0) most.emplace_back(in_use.first.count, in_use.first.address);
  for (const Use& use : in_use.more) most.emplace_back(use.count, use.address);
  const std::size_t named = std::min(kAddressesNamed, most.size());
  std::ranges::partial_sort(most, most.begin() + static_cast<std::ptrdiff_t>(named),
                            std::ranges::greater{});
  std::string out;
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) out += ", ";
    out.append(name_of(most[i].second)).append(" (");
    out.append(std::to_string(most[i].first)).append(")");
  }
  if (named < most.size()) out += " and " + std::to_string(most.size() - named) + " more";
  return out;
}

Result<ConnectionLimits::Slot> ConnectionLimits::acquire(mail::AccountId account,
                                                         std::string_view address) {
  const Octets from = parse(address);
  const std::lock_guard lock(mutex_);
  const auto user = accounts_.try_emplace(account).first;
  InUse& in_use = user->second;
  const auto refuse = [&](std::size_t limit, const std::string& whose) {
    return fail(ErrorCode::kLimit, "Too many connections for this account" + whose + " (" +
                                       std::to_string(limit) +
                                       "). In use from: " + in_use_from(in_use));
  };
  if (limits_.per_user != 0 && in_use.count >= limits_.per_user) {
    return refuse(limits_.per_user, "");
  }
  Use* here = in_use.first.count > 0 && in_use.first.address == from ? &in_use.first : nullptr;
  if (here == nullptr) {
    const auto found = std::ranges::find(in_use.more, from, &Use::address);
    if (found != in_use.more.end()) here = &*found;
  }
  if (here != nullptr && limits_.per_user_and_address != 0 &&
      here->count >= limits_.per_user_and_address) {
    return refuse(limits_.per_user_and_address, " from " + name_of(from));
  }
  if (here == nullptr) {
    here = in_use.first.count == 0 ? &in_use.first : &in_use.more.emplace_front();
    here->address = from;
  }
  ++in_use.count;
  ++here->count;
  return Slot(this, &*user, here);
}

Result<ConnectionLimits::Slot> ConnectionLimits::acquire_unauthenticated(std::string_view address,
                                                                         std::size_t beyond) {
  Octets network = parse(address);
  const bool ipv6 = network != kUnix && !is_ipv4(network);
  if (ipv6) std::ranges::fill(std::span(network).last<8>(), 0);
  const std::lock_guard lock(mutex_);
  Use& here = unauthenticated_.try_emplace(network, Use{network}).first->second;
  const std::size_t limit = limits_.unauthenticated_per_address;
  if (limit != 0 && here.count >= limit + beyond) {
    return fail(ErrorCode::kLimit, "Too many connections from " + name_of(network) +
                                       (ipv6 ? "/64" : "") + " on which nobody has logged in (" +
                                       std::to_string(limit) + ")");
  }
  ++here.count;
  return Slot(this, nullptr, &here);
}

void ConnectionLimits::release(const Slot& slot) {
  const std::lock_guard lock(mutex_);
  const bool last_of_address = --slot.address_->count == 0;
  if (slot.account_ == nullptr) {
    if (last_of_address) unauthenticated_.erase(Octets(slot.address_->address));
    return;
  }
  InUse& in_use = slot.account_->second;
  if (last_of_address && slot.address_ != &in_use.first) {
    in_use.more.remove_if([&](const Use& use) { return &use == slot.address_; });
  }
  if (--in_use.count == 0) accounts_.erase(mail::AccountId(slot.account_->first));
}

}  // namespace roost::auth
