// --config and --data, which every subcommand takes that touches a store.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "base/config.h"
#include "base/error.h"

namespace roost::cli {

struct StoreOptions {
  std::string config;
  std::string data;
};

void add_store_options(CLI::App& app, StoreOptions& options);

// The configuration file, or the defaults without one; --data wins over its `data`.
[[nodiscard]] Result<Config> configuration(const StoreOptions& options);

}  // namespace roost::cli
