// A crowd of clients that wait in IDLE (RFC 2177), as large as the machine's memory permits: a
// million connections take no more than their sockets, one buffer a thread, and 20 octets each.
//
// Each thread has a table of open files of its own, in which the limit of open files counts, and
// leaves from a loopback address of its own for every few thousand connections, as the ports of one
// run out.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/imap_client.h"
#include "harness/server.h"

namespace roost::bench {

/// Connects, LOGIN, SELECT INBOX.
[[nodiscard]] std::unique_ptr<ImapClient> reader(const Server& server, size_t index,
                                                 Security security);

struct CrowdWanted {
  size_t count = 0;
  size_t accounts = 1;  // client n is account n modulo this
  Security security = Security::kPlain;
  size_t stalled_every = 0;  // clients 0, n, 2n … ask for message 1 and read nothing any more
};

/// Owner and thread: main, like the server's.
class Crowd {
 public:
  /// Returns when all are in IDLE, or have stalled.
  Crowd(const Server& server, const CrowdWanted& wanted);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  [[nodiscard]] std::chrono::nanoseconds set_up_time() const { return set_up_time_; }

  /// What a client hears from now on, on the threads of the crowd. Nothing is kept of what is read:
  /// a line that came in two pieces is not seen whole; a server that has nothing to say but one
  /// line sends it in one. With TLS the octets are what is on the wire: that something came is to
  /// be seen, and not what.
  using Ear = std::function<void(size_t client, std::string_view octets)>;
  void listen(const Ear& ear);

 private:
  class Stand;
  std::vector<std::unique_ptr<Stand>> stands_;
  std::chrono::nanoseconds set_up_time_{};
};

}  // namespace roost::bench
