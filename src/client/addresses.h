// Addresses: which of a server's addresses is tried first. The system says in which order a name's
// are (RFC 6724), and the first of them may lead nowhere, which costs seconds to find out: so the
// one that was connected to last comes first.
#pragma once

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <vector>

namespace roost::client {

class Addresses {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;

  [[nodiscard]] std::vector<Endpoint> in_order(std::vector<Endpoint> found) const {
    const auto last = std::ranges::find(found, last_);
    if (last != found.end()) std::rotate(found.begin(), last, last + 1);
    return found;
  }
  void connected(const Endpoint& endpoint) { last_ = endpoint; }

 private:
  Endpoint last_;  // none yet: no server's
};

}  // namespace roost::client
