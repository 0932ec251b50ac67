// What all LMTP sessions of a server share. Made by `serve`, outlives listeners and loops.
//
// Thread: any; the members do not change after the first session, but for the counters.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/local_zone.h"
#include "base/metrics.h"
#include "net/loop.h"
#include "store/store.h"

namespace roost::lmtp {

// By reply to a message, one for each recipient; "refused" is what the sender gets back.
struct LmtpMetrics {
  explicit LmtpMetrics(metrics::Registry& registry);

  metrics::Counter& delivered;
  metrics::Counter& deferred;
  metrics::Counter& refused;
  metrics::Gauge& connections;
};

struct LmtpContext {
  store::Store& store;
  net::Workers& workers;
  const WallClock& clock;
  LmtpMetrics metrics;
  std::string hostname;            // of this server, as greeting and Received name it
  std::uint64_t append_size = 0;   // octets of one message; 0: no limit
  std::uint64_t account_size = 0;  // octets of all messages of an account; 0: no limit
  std::int16_t (*zone_minutes)(std::int64_t unix_seconds) = local_zone_minutes;
  std::atomic<std::uint64_t> messages = 0;  // begun so far; part of a message's id
};

}  // namespace roost::lmtp
