// `roost check`: reads the whole store and says what contradicts what.
#pragma once

#include "cli/command.h"

namespace roost::cli {

Run check(CLI::App& app);

}  // namespace roost::cli
