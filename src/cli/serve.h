// roost serve: the server.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"

namespace roost::cli {

Run serve(CLI::App& app);

}  // namespace roost::cli
