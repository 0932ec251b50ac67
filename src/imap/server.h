// Server: what all IMAP sessions share. Owner: serve, for longer than any connection.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "imap/key_cache.h"
#include "imap/metrics.h"

namespace roost::auth {
class Authenticator;
class ConnectionLimits;
}  // namespace roost::auth
namespace roost::net {
class TlsContext;
class Workers;
}  // namespace roost::net
namespace roost::push {
class Hub;
}
namespace roost::store {
class Store;
}

namespace roost::imap {

// 0 means none for every limit and time, see roost.toml.example.
struct ServerOptions {
  std::uint64_t append_limit = 64ULL << 20;  // octets of one message, advertised as APPENDLIMIT
  std::uint64_t account_size = 0;            // octets of all messages of an account
  std::size_t command_line = 64 * 1024;      // octets of a command without its literals
  std::chrono::seconds preauth_timeout{60};
  std::chrono::seconds autologout{1800};  // without a command; an idling session is kept
  std::chrono::seconds keepalive{240};    // "* OK Still here" in IDLE
  bool unauthenticate = true;             // UNAUTHENTICATE is offered
};

// Octets of what is kept for the next SORT, and of what is kept for the next THREAD.
inline constexpr std::size_t kMostKeys = std::size_t{64} << 20;

struct Server {
  store::Store& store;
  push::Hub& hub;
  net::Workers& workers;
  net::Workers& login_workers;  // a login may wait for its turn to compute a hash
  const WallClock& clock;
  auth::Authenticator& authenticator;
  auth::ConnectionLimits& limits;
  std::shared_ptr<net::TlsContext> tls;  // null: no STARTTLS
  ServerOptions options;
  ImapMetrics metrics;
  SortKeys sort_keys{kMostKeys};
  ThreadKeys thread_keys{kMostKeys};
  std::atomic<std::uint64_t> connections = 0;  // so far; the next one's id
};

}  // namespace roost::imap
