// What a command takes: the first time, again, and of the server's processor time.
#pragma once

#include <string>
#include <string_view>

#include "harness/imap_client.h"
#include "harness/report.h"

namespace roost::bench {

/// Runs `command` once, then `repeats` times, and adds three rows: "NAME, first", "NAME, again"
/// (the median, wall clock at the client) and "NAME, server CPU" (likewise). Returns the first
/// responses.
ImapClient::Responses measure_command(Server& server, ImapClient& client, size_t repeats,
                                      const std::string& name, std::string_view command,
                                      Figures& figures);

}  // namespace roost::bench
