#include "auth/first_login.h"

#include <utility>

#include "auth/default_mailboxes.h"
#include "auth/password.h"

namespace roost::auth {
namespace {

constexpr std::string_view kImported = "{IMPORTED}";

bool is_as_it_was(store::Store& store, const store::Account& account) {
  const auto now = store.find_account(account.name);
  return now && now->id == account.id && now->password_hash == account.password_hash;
}

// Another login has finished it, or the password is another one now. Then it is the account as it
// was: to nobody may the password look like the new hash's.
Result<store::Account> changed_meanwhile(store::Store& store, const store::Account& account,
                                         std::string_view password) {
  auto now = store.find_account(account.name);
  if (!now) return now;
  const auto still_right = verify_password(hash_of(*now), password);
  if (!still_right || !*still_right) return account;
  return now;
}

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
  if (!is_as_it_was(store, account)) return changed_meanwhile(store, account, password);
  // The mailboxes first: while the mark stands, the next login tries again.
  if (auto made = make_default_mailboxes(store, account.id); !made) return fail(made.error());
  std::string hash(hash_of(account));
  if (!is_yescrypt(hash)) {
    auto better = hash_password(password);
    if (!better) return fail(std::move(better).error());
    hash = std::move(*better);
  }
  // That took its time: looked at again.
  if (!is_as_it_was(store, account)) return changed_meanwhile(store, account, password);
  if (auto set = store.set_password_hash(account.id, hash); !set) return fail(set.error());
  store::Account finished = account;
  finished.password_hash = std::move(hash);
  return finished;
}

}  // namespace roost::auth
