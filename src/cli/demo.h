// The first minute with Roost: a delivery reaches an idling client, on this terminal.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/config.h"
#include "base/error.h"
#include "cli/running_server.h"

namespace roost::cli {

// ./var/demo unless a data directory was given. Without a terminal the ports are free ones: whoever
// runs it so does not want to connect.
void prepare_demo(Config& config, std::string_view data);

enum class AfterDemo : std::uint8_t { kServe, kLeave };

// Makes the account if need be, idles, delivers, and says how long the EXISTS took. kServe where
// there is a terminal.
[[nodiscard]] Result<AfterDemo> run_demo(const RunningServer& server, const Config& config);

}  // namespace roost::cli
