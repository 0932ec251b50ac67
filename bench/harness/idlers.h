// Many clients that wait in IDLE (RFC 2177), and one reader that hears them all.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/imap_client.h"
#include "harness/server.h"

namespace roost::bench {

using Idlers = std::vector<std::unique_ptr<ImapClient>>;

struct IdlersWanted {
  size_t count = 0;
  size_t accounts = 1;  // client n is account n modulo this
  size_t parallel = 8;  // being set up at the same time
  Security security = Security::kPlain;
};

/// Connects, LOGIN, SELECT INBOX.
[[nodiscard]] std::unique_ptr<ImapClient> reader(const Server& server, size_t index,
                                                 Security security);

/// Clients that have selected their INBOX and are in IDLE.
[[nodiscard]] Idlers set_up_idlers(const Server& server, const IdlersWanted& wanted);

/// Thousands of sockets must cost the reader less than the server: one buffer serves all of them,
/// and nothing is kept of what is read. So a line that came in two pieces would not be seen whole;
/// a server that has nothing to say but one line sends it in one.
///
/// Lifetime: not beyond the clients, which do not read meanwhile and have no TLS. Thread: one.
class Ears {
 public:
  explicit Ears(const Idlers& idlers);
  ~Ears();
  Ears(const Ears&) = delete;
  Ears& operator=(const Ears&) = delete;

  /// Calls heard(client's index, octets) for each client that has been told something. If there is
  /// none, waits for the first as long as `patience` is; false if none came.
  template <typename Heard>
  bool listen(std::chrono::milliseconds patience, Heard&& heard) {
    const size_t ready = wait(patience);
    for (size_t i = 0; i < ready; ++i) {
      const std::string_view octets = receive(ready_[i]);
      if (!octets.empty()) heard(ready_[i], octets);
    }
    return ready > 0;
  }

 private:
  [[nodiscard]] size_t wait(std::chrono::milliseconds patience);
  /// Empty if the socket has nothing after all.
  [[nodiscard]] std::string_view receive(size_t client);

  const Idlers& idlers_;
  int epoll_;
  std::vector<size_t> ready_;
  std::vector<char> buffer_;
};

}  // namespace roost::bench
