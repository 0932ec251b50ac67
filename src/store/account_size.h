// How much mail an account may hold, on any backend.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "mail/ids.h"
#include "store/store.h"

namespace roost::store {

// kOverQuota: with `octets` more the account would hold more than `limit` octets. A limit of 0 is
// none. A message counts in each mailbox that it is in, though its octets are stored once, so that
// the sum is one that the user can see. Those who ask at the same time are all told that there is
// room: the limit is exceeded by what is on its way at most. Blocks, and asks for the status of
// each mailbox of the account.
[[nodiscard]] Result<void> check_account_size(Store& store, mail::AccountId account,
                                              std::uint64_t limit, std::uint64_t octets);

}  // namespace roost::store
