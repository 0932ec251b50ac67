#include "auth/login_penalty.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <cmath>
#include <utility>

#include "base/ascii.h"

namespace roost::auth {

using std::chrono::milliseconds;

LoginPenalty::LoginPenalty(Now now, std::size_t capacity)
    : now_(std::move(now)), users_(capacity), networks_(capacity) {}

milliseconds LoginPenalty::current(std::string_view user, std::string_view address) {
  const std::lock_guard lock(mutex_);
  return std::max(current(users_, to_lower(user)), current(networks_, network_of(address)));
}

milliseconds LoginPenalty::failed(std::string_view user, std::string_view address) {
  const std::lock_guard lock(mutex_);
  const milliseconds of_user = raise(users_, to_lower(user));
  const std::string network = network_of(address);
  return network.empty() ? of_user : std::max(of_user, raise(networks_, network));
}

void LoginPenalty::succeeded(std::string_view user, std::string_view address) {
  const std::lock_guard lock(mutex_);
  lower(users_, to_lower(user));
  lower(networks_, network_of(address));
}

milliseconds LoginPenalty::decayed(const Standing& standing) const {
  const std::chrono::duration<double> quiet = now_() - standing.since;
  const double left = static_cast<double>(standing.penalty.count()) *
                      std::exp2(-quiet / std::chrono::duration<double>(kHalfLife));
  const milliseconds rounded(static_cast<milliseconds::rep>(left));
  return rounded < kFirst / 2 ? milliseconds(0) : rounded;
}

milliseconds LoginPenalty::current(Table& table, const std::string& key) const {
  const Standing* standing = table.find(key);
  return standing == nullptr ? milliseconds(0) : decayed(*standing);
}

milliseconds LoginPenalty::raise(Table& table, const std::string& key) const {
  Standing& standing = table[key];
  standing = {.penalty = std::clamp(decayed(standing) * 2, kFirst, kMost), .since = now_()};
  return standing.penalty;
}

void LoginPenalty::lower(Table& table, const std::string& key) const {
  Standing* standing = table.find(key);
  if (standing == nullptr) return;
  *standing = {.penalty = decayed(*standing) / 2, .since = now_()};
  if (decayed(*standing) == milliseconds(0)) table.erase(key);
}

std::string network_of(std::string_view address) {
  boost::system::error_code error;
  auto ip = boost::asio::ip::make_address(std::string(address), error);
  if (error) return {};
  if (ip.is_v6() && ip.to_v6().is_v4_mapped()) {
    ip = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, ip.to_v6());
  }
  if (ip.is_loopback()) return {};
  if (ip.is_v4()) return ip.to_string();
  return boost::asio::ip::make_network_v6(boost::asio::ip::address_v6(ip.to_v6().to_bytes()), 64)
      .canonical()
      .to_string();
}

}  // namespace roost::auth
