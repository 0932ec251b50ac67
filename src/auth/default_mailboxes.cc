#include "auth/default_mailboxes.h"

#include "mail/special_use.h"

namespace roost::auth {

Result<void> make_default_mailboxes(store::Store& store, mail::AccountId account) {
  using mail::SpecialUse;
  return store.create_missing_mailboxes(account, {{"Drafts", SpecialUse::kDrafts},
                                                  {"Sent", SpecialUse::kSent},
                                                  {"Junk", SpecialUse::kJunk},
                                                  {"Trash", SpecialUse::kTrash},
                                                  {"Archive", SpecialUse::kArchive}});
}

}  // namespace roost::auth
