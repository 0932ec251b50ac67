// Mail for a crowd: deliveries at a steady rate, one account after the other in an order that has
// nothing to do with their numbers, and how long each takes to those who wait for it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/crowd.h"
#include "harness/samples.h"
#include "harness/server.h"

namespace roost::bench {

/// Lifetime: not beyond the crowd. Owner and thread: main.
class Deliveries {
 public:
  Deliveries(const Server& server, Crowd& crowd, const CrowdWanted& wanted)
      : server_(server), crowd_(crowd), wanted_(wanted), told_(wanted.count) {}

  struct Told {
    Samples latency;   // ms, from before the final dot was written to EXISTS read; of each watcher
    size_t never = 0;  // watchers that read, and heard nothing of a delivery for 10 s
  };
  /// Rests until each delivery has been told.
  [[nodiscard]] Told run(size_t rate, std::chrono::seconds length);

 private:
  const Server& server_;
  Crowd& crowd_;
  const CrowdWanted wanted_;
  std::vector<uint32_t> told_;  // deliveries of this run that a client has been told of
};

}  // namespace roost::bench
