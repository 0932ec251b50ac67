// `roost completion`: what bash, zsh and fish complete a command line of roost with.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"

namespace roost::cli {

// Requires: app is a subcommand; what is printed is of the parser that it belongs to.
Run completion(CLI::App& app);

}  // namespace roost::cli
