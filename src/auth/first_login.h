// What an import leaves to the first login: the default mailboxes, and a yescrypt hash.
//
// Both take milliseconds and a durable write per account, and the password itself; ten thousand
// accounts are imported in one write. "{IMPORTED}" in front of the stored hash says that they are
// outstanding.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "store/store.h"

namespace roost::auth {

// The stored hash of an imported account.
[[nodiscard]] std::string mark_imported(std::string_view hash);
[[nodiscard]] bool first_login_outstanding(const store::Account& account);
// The stored hash without the mark, as verify_password takes it.
[[nodiscard]] std::string_view hash_of(const store::Account& account);

// Does what is outstanding, and returns the account as it is then. password: that of account. If
// somebody else changes the account's hash meanwhile, his stays; if the password is not that of his
// hash, the account is returned as it was. May block for two hashes and several writes; one at a
// time for an account is the caller's care.
[[nodiscard]] Result<store::Account> finish_first_login(store::Store& store,
                                                        const store::Account& account,
                                                        std::string_view password);

}  // namespace roost::auth
