// The subcommands of roost.
#pragma once

#include <span>

#include "cli/command.h"

namespace roost::cli {

[[nodiscard]] std::span<const Command> commands();

}  // namespace roost::cli
