// The options that name an account at some server and say where its password is, for all
// subcommands that are clients.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "base/error.h"
#include "cli/watch/options.h"

namespace roost::cli {

// url: what --help says of the URL.
void add_account_options(CLI::App& app, AccountWords& account, const std::string& url);

// Read from the file, or asked for. Requires: there is no command that gives it.
[[nodiscard]] Result<std::string> secret_of(const WatchedAccount& account);

}  // namespace roost::cli
