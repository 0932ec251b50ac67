#include "cli/store_options.h"

namespace roost::cli {

void add_store_options(CLI::App& app, StoreOptions& options) {
  app.add_option("--config", options.config, "the configuration file, roost.toml")
      ->type_name("FILE");
  app.add_option("--data", options.data,
                 "the directory that holds all mail (default: the configuration's, or " +
                     Config().data + ")")
      ->type_name("DIR");
}

Result<Config> configuration(const StoreOptions& options) {
  Result<Config> config;
  if (!options.config.empty()) config = load_config(options.config);
  if (config && !options.data.empty()) config->data = options.data;
  return config;
}

}  // namespace roost::cli
