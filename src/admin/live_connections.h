// Who is connected, and sending them away. `serve` implements it over its sessions; AdminClient
// asks the server that runs.
//
// Thread: any but a loop's; the calls may block.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace roost::admin {

struct ConnectionInfo {
  std::uint64_t id = 0;
  std::string protocol;  // "imap", "lmtp"
  std::string user;      // empty before login
  std::string address;
  std::string mailbox;  // that is selected
  std::string state;    // what it does, in a word: "idle"
  bool tls = false;
  std::chrono::seconds age{0};
  bool operator==(const ConnectionInfo&) const = default;
};

// Those that agree with all that is set.
struct KickFilter {
  std::optional<std::uint64_t> id;
  std::optional<std::string> user;
  std::optional<std::string> address;
  bool operator==(const KickFilter&) const = default;
};

class LiveConnections {
 public:
  virtual ~LiveConnections() = default;
  [[nodiscard]] virtual Result<std::vector<ConnectionInfo>> list() = 0;
  // Says BYE and closes. How many. kInvalid if nothing is set: nobody means everybody.
  [[nodiscard]] virtual Result<std::size_t> kick(const KickFilter& filter) = 0;
};

}  // namespace roost::admin
