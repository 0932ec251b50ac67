// `roost watch`: says what happens in mailboxes of any IMAP server, and does something about it.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "cli/command.h"

namespace roost::cli {

// program: what is to be run, instead of --exec; empty: nothing.
Run watch(CLI::App& app, const std::vector<std::string>& program);

}  // namespace roost::cli
