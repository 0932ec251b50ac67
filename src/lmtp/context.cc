#include "lmtp/context.h"

namespace roost::lmtp {
namespace {

metrics::Counter& recipients(metrics::Registry& registry, std::string_view result) {
  return registry.counter("roost_lmtp_recipients_total",
                          "Recipients that a message was answered for, by result.",
                          {{"result", std::string(result)}});
}

}  // namespace

LmtpMetrics::LmtpMetrics(metrics::Registry& registry)
    : delivered(recipients(registry, "delivered")),
      deferred(recipients(registry, "deferred")),
      refused(recipients(registry, "refused")),
      connections(registry.gauge("roost_lmtp_connections", "LMTP connections that stand.")) {}

}  // namespace roost::lmtp
