// The way from a subcommand to the store: through the server if one runs, directly if none does.
// RocksDB gives the directory to one process at a time, so there is no third way.
#pragma once

#include <cstdint>
#include <memory>

#include "auth/users.h"
#include "base/config.h"
#include "base/error.h"
#include "store/store.h"

namespace roost::cli {

enum class Missing : std::uint8_t {
  kMake,  // the first user makes the store
  kFail,  // or a mistyped --data would be an empty store
};

// kUnavailable while a server runs on it; kNotFound if it is missing.
[[nodiscard]] Result<std::unique_ptr<store::Store>> open_store(const Config& config,
                                                               Missing missing);

struct OpenUsers {
  std::unique_ptr<store::Store> store;  // null: a server does it
  std::unique_ptr<auth::Users> users;
};
[[nodiscard]] Result<OpenUsers> open_users(const Config& config, Missing missing);

}  // namespace roost::cli
