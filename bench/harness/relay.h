// A way to a server on loopback that says when the server has written, and that can be cut.
#pragma once

#include <poll.h>

#include <atomic>
#include <cstdint>
#include <semaphore>
#include <thread>
#include <vector>

#include "harness/samples.h"

namespace roost::bench {

/// Owner: main. It has a thread of its own; each function may be called from another.
class Relay {
 public:
  explicit Relay(uint16_t server_port);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] uint16_t port() const { return port_; }
  /// Resets all connections, in both directions, and returns when that is done.
  void cut();
  /// From now on the next octets from the server are waited for …
  void arm() { spoke_ = Clock::time_point::min(); }
  /// … and this is when they were read here; min() before.
  [[nodiscard]] Clock::time_point spoke() const { return spoke_; }

 private:
  void run();
  void accept_client();
  /// False at the end of the connection.
  [[nodiscard]] bool forward(const pollfd& from, int to, bool from_server);
  void reset_all();

  uint16_t server_port_;
  uint16_t port_ = 0;
  int listener_ = -1;
  int commands_ = -1;          // an eventfd
  std::vector<pollfd> files_;  // the two before, then a client and its server, …
  std::atomic<Clock::time_point> spoke_ = Clock::time_point::min();
  std::atomic<bool> ends_ = false;
  std::binary_semaphore done_{0};
  std::thread thread_;
};

}  // namespace roost::bench
