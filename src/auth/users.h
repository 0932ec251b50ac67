// What an administrator does with users. Users is the interface: StoreUsers does it here, and
// admin/AdminClient has it done by the server that runs.
//
// Thread: any; each call may block.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/store.h"

namespace roost::auth {

class Users {
 public:
  virtual ~Users() = default;
  // With the default mailboxes. kAlreadyExists; kInvalid, saying what is wrong with the name or
  // the password.
  [[nodiscard]] virtual Result<void> add(std::string_view name, std::string_view password) = 0;
  // kNotFound, kInvalid.
  [[nodiscard]] virtual Result<void> set_password(std::string_view name,
                                                  std::string_view password) = 0;
  // With all mail. kNotFound.
  [[nodiscard]] virtual Result<void> remove(std::string_view name) = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> names() = 0;
  // All lines of a passwd-file or none; users that exist get the new hash. How many there were.
  // kInvalid, naming the line.
  [[nodiscard]] virtual Result<std::size_t> import(std::string_view passwd_file) = 0;
};

class StoreUsers final : public Users {
 public:
  explicit StoreUsers(store::Store& store) : store_(store) {}

  Result<void> add(std::string_view name, std::string_view password) override;
  Result<void> set_password(std::string_view name, std::string_view password) override;
  Result<void> remove(std::string_view name) override;
  Result<std::vector<std::string>> names() override;
  Result<std::size_t> import(std::string_view passwd_file) override;

 private:
  // kNotFound names the user.
  Result<store::Account> find(std::string_view name);

  store::Store& store_;
};

}  // namespace roost::auth
