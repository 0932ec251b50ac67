#include "cli/open_store.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "admin/admin_client.h"
#include "store/rocks/rocks_store.h"

namespace roost::cli {

namespace {

Result<std::unique_ptr<store::Store>> open_rocks(const Config& config, Missing missing) {
  std::error_code error;
  if (missing == Missing::kFail &&
      !std::filesystem::exists(std::filesystem::path(config.data) / store::kDatabaseFolder,
                               error)) {
    return fail(ErrorCode::kNotFound, "there is no store in " + config.data +
                                          " (which data directory? --data or --config)");
  }
  store::RocksOptions options;
  options.directory = config.data;
  options.sweep_interval = std::chrono::seconds(0);
  options.mailboxes_per_account = config.limits.mailboxes_per_account;
  return store::open_rocks_store(options);
}

}  // namespace

Result<std::unique_ptr<store::Store>> open_store(const Config& config, Missing missing) {
  const auto server = admin::AdminClient::connect(config.data);
  if (server) {
    return fail(ErrorCode::kUnavailable, "a server runs on " + config.data + "; stop it first");
  }
  if (server.error().code != ErrorCode::kNotFound) return fail(server.error());
  return open_rocks(config, missing);
}

Result<OpenUsers> open_users(const Config& config, Missing missing) {
  auto server = admin::AdminClient::connect(config.data);
  if (server) return OpenUsers{nullptr, std::move(*server)};
  if (server.error().code != ErrorCode::kNotFound) return fail(server.error());
  auto store = open_rocks(config, missing);
  if (!store) return fail(std::move(store).error());
  auto users = std::make_unique<auth::StoreUsers>(**store);
  return OpenUsers{std::move(*store), std::move(users)};
}

}  // namespace roost::cli
