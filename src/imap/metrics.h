// What the IMAP side counts. Made by `serve`, outlives the sessions.
#pragma once

#include "base/metrics.h"

namespace roost::imap {

struct ImapMetrics {
  explicit ImapMetrics(metrics::Registry& registry)
      : connections(registry.gauge("roost_imap_connections", "IMAP connections that stand")),
        refused(registry.counter("roost_imap_refused_total",
                                 "Connections refused: too many of their address not logged in")),
        idling(registry.gauge("roost_imap_idling", "Sessions in IDLE")),
        commands(registry.counter("roost_imap_commands_total", "Commands answered")),
        failed_logins(
            registry.counter("roost_imap_failed_logins_total", "LOGIN and AUTHENTICATE refused")),
        pushes(registry.counter("roost_imap_pushes_total", "Changes told to a client in IDLE")) {}

  metrics::Gauge& connections;
  metrics::Counter& refused;
  metrics::Gauge& idling;
  metrics::Counter& commands;
  metrics::Counter& failed_logins;
  metrics::Counter& pushes;
};

}  // namespace roost::imap
