#include "auth/users.h"

#include <utility>

#include "auth/default_mailboxes.h"
#include "auth/first_login.h"
#include "auth/passwd_file.h"
#include "auth/password.h"
#include "auth/user_name.h"

namespace roost::auth {

Result<store::Account> StoreUsers::find(std::string_view name) {
  auto prepared = prepare_user_name(name);
  if (!prepared) return fail(std::move(prepared).error());
  auto account = store_.find_account(*prepared);
  if (!account && account.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, "there is no user " + *prepared);
  }
  return account;
}

Result<void> StoreUsers::add(std::string_view name, std::string_view password) {
  auto prepared = prepare_user_name(name);
  if (!prepared) return fail(std::move(prepared).error());
  const auto hash = hash_password(password);
  if (!hash) return fail(hash.error());
  const auto account = store_.create_account(*prepared, *hash);
  if (!account && account.error().code == ErrorCode::kAlreadyExists) {
    return fail(ErrorCode::kAlreadyExists, "there is a user " + *prepared + " already");
  }
  if (!account) return fail(account.error());
  if (auto made = make_default_mailboxes(store_, *account); !made) {
    // Not half a user; if this fails too, the first error is the one to tell.
    static_cast<void>(store_.remove_account(*account));
    return made;
  }
  return {};
}

Result<void> StoreUsers::set_password(std::string_view name, std::string_view password) {
  const auto account = find(name);
  if (!account) return fail(account.error());
  const auto hash = hash_password(password);
  if (!hash) return fail(hash.error());
  return store_.set_password_hash(account->id,
                                  first_login_outstanding(*account) ? mark_imported(*hash) : *hash);
}

Result<void> StoreUsers::remove(std::string_view name) {
  const auto account = find(name);
  if (!account) return fail(account.error());
  return store_.remove_account(account->id);
}

Result<std::vector<std::string>> StoreUsers::names() {
  auto accounts = store_.accounts();
  if (!accounts) return fail(std::move(accounts).error());
  std::vector<std::string> names;
  names.reserve(accounts->size());
  for (store::Account& account : *accounts) names.push_back(std::move(account.name));
  return names;
}

Result<std::size_t> StoreUsers::import(std::string_view passwd_file) {
  auto lines = parse_passwd_file(passwd_file);
  if (!lines) return fail(std::move(lines).error());
  for (auto& [name, hash] : *lines) hash = mark_imported(hash);
  if (auto done = store_.import_accounts(*lines); !done) return fail(done.error());
  return lines->size();
}

}  // namespace roost::auth
