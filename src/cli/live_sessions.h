// LiveSessions: the IMAP connections of this server, for `who` and `kick` of the admin API.
//
// It asks each loop for its own connections and waits for all loops. One whose command is with a
// worker at that moment is looked at when it is back, which may be too late for the list.
#pragma once

#include "admin/live_connections.h"

namespace roost::net {
class Loops;
}

namespace roost::cli {

class LiveSessions final : public admin::LiveConnections {
 public:
  explicit LiveSessions(net::Loops& loops) : loops_(loops) {}
  Result<std::vector<admin::ConnectionInfo>> list() override;
  Result<std::size_t> kick(const admin::KickFilter& filter) override;

 private:
  net::Loops& loops_;
};

}  // namespace roost::cli
