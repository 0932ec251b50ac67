#include "store/account_size.h"

namespace roost::store {

Result<void> check_account_size(Store& store, mail::AccountId account, std::uint64_t limit,
                                std::uint64_t octets) {
  if (limit == 0) return {};
  const auto mailboxes = store.mailboxes(account);
  if (!mailboxes) return fail(mailboxes.error());
  std::uint64_t size = octets;
  for (const Mailbox& mailbox : *mailboxes) {
    if (!mailbox.selectable) continue;
    const auto status = store.status(mailbox.id);
    if (!status && status.error().code == ErrorCode::kNotFound) continue;  // deleted meanwhile
    if (!status) return fail(status.error());
    size += status->size;
  }
  if (size > limit) return fail(ErrorCode::kOverQuota, "The account holds as much as it may");
  return {};
}

}  // namespace roost::store
