#include "cli/live_sessions.h"

#include <latch>
#include <memory>
#include <mutex>

#include "imap/conversation.h"
#include "net/listener.h"

namespace roost::cli {

namespace {

admin::ConnectionInfo info_of(net::Connection& connection, const imap::Conversation& conversation) {
  const imap::Conversation::Description description =
      conversation.describe(connection.loop().deadlines().now());
  return {.id = description.id,
          .protocol = "imap",
          .user = std::string(description.account),
          .address = connection.peer_address(),
          .mailbox = std::string(description.mailbox),
          .state = std::string(description.doing),
          .tls = connection.is_tls(),
          .age = std::chrono::duration_cast<std::chrono::seconds>(description.age)};
}

// Calls visit(found, connection, conversation) for each IMAP connection, on its loop, one at a
// time; returns what is found when every loop is done. A session that is with a worker is visited
// when it comes back, which may be too late for the result.
template <typename Found, typename Visit>
Found walk_sessions(net::Loops& loops, const Visit& visit) {
  struct Walk {
    explicit Walk(std::ptrdiff_t count) : loops(count) {}
    std::mutex mutex;
    Found found{};  // with mutex
    std::latch loops;
  };
  const auto walk = std::make_shared<Walk>(static_cast<std::ptrdiff_t>(loops.size()));
  net::Connections::for_each(
      loops, [walk, visit](net::Connection& connection, net::ConnectionHandler& handler) {
        auto* conversation = dynamic_cast<imap::Conversation*>(&handler);
        if (conversation == nullptr) return;
        const std::scoped_lock lock(walk->mutex);
        visit(walk->found, connection, *conversation);
      });
  for (std::size_t i = 0; i < loops.size(); ++i) {
    loops[i].post([walk] { walk->loops.count_down(); });
  }
  walk->loops.wait();
  const std::scoped_lock lock(walk->mutex);
  return walk->found;
}

bool agrees(const admin::ConnectionInfo& info, const admin::KickFilter& filter) {
  return (!filter.id || *filter.id == info.id) && (!filter.user || *filter.user == info.user) &&
         (!filter.address || *filter.address == info.address);
}

}  // namespace

Result<std::vector<admin::ConnectionInfo>> LiveSessions::list() {
  using Found = std::vector<admin::ConnectionInfo>;
  return walk_sessions<Found>(
      loops_, [](Found& found, net::Connection& connection, imap::Conversation& conversation) {
        found.push_back(info_of(connection, conversation));
      });
}

Result<std::size_t> LiveSessions::kick(const admin::KickFilter& filter) {
  if (!filter.id && !filter.user && !filter.address) {
    return fail(ErrorCode::kInvalid, "say whom: an id, a user or an address");
  }
  return walk_sessions<std::size_t>(
      loops_,
      [filter](std::size_t& kicked, net::Connection& connection, imap::Conversation& conversation) {
        if (!agrees(info_of(connection, conversation), filter)) return;
        if (!conversation.kick()) connection.abort();
        ++kicked;
      });
}

}  // namespace roost::cli
