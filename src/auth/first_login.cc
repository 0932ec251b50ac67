#include "auth/first_login.h"

#include <utility>

#include "auth/default_mailboxes.h"
#include "auth/password.h"

namespace roost::auth {
namespace {

constexpr std::string_view kImported = "{IMPORTED}";

}  // namespace

std::string mark_imported(std::string_view hash) { return std::string(kImported).append(hash); }

bool first_login_outstanding(const store::Account& account) {
  return account.password_hash.starts_with(kImported);
}

std::string_view hash_of(const store::Account& account) {
  std::string_view hash = account.password_hash;
  if (first_login_outstanding(account)) hash.remove_prefix(kImported.size());
  return hash;
}

Result<store::Account> finish_first_login(store::Store& store, const store::Account& account,
                                          std::string_view password) {
  auto now = store.find_account(account.name);
  if (!now || now->id != account.id || now->password_hash != account.password_hash) return now;
  // The mailboxes first: while the mark stands, the next login tries again.
  if (auto made = make_default_mailboxes(store, account.id); !made) return fail(made.error());
  std::string hash(hash_of(account));
  if (!is_yescrypt(hash)) {
    auto better = hash_password(password);
    if (!better) return fail(std::move(better).error());
    hash = std::move(*better);
  }
  if (auto set = store.set_password_hash(account.id, hash); !set) return fail(set.error());
  now->password_hash = std::move(hash);
  return now;
}

}  // namespace roost::auth
