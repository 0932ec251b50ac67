// WatchRun: the accounts that are watched, and what is done about their events, from begin to end.
#pragma once

#include "cli/command.h"
#include "cli/watch/options.h"

namespace roost::cli {

// Until SIGTERM or SIGINT, or until all has been caught up with (--once). What was to be done about
// events is done first; a second signal does not wait for it.
// Requires: the accounts have their secrets, or a command for them.
[[nodiscard]] ExitCode run_watch(const WatchOptions& options);

}  // namespace roost::cli
