#include "auth/default_mailboxes.h"

#include <array>
#include <string_view>
#include <utility>

#include "mail/special_use.h"

namespace roost::auth {
namespace {

using mail::SpecialUse;

constexpr std::array<std::pair<std::string_view, SpecialUse>, 5> kDefaultMailboxes = {{
    {"Drafts", SpecialUse::kDrafts},
    {"Sent", SpecialUse::kSent},
    {"Junk", SpecialUse::kJunk},
    {"Trash", SpecialUse::kTrash},
    {"Archive", SpecialUse::kArchive},
}};

}  // namespace

Result<void> make_default_mailboxes(store::Store& store, mail::AccountId account) {
  using store::Store;
  if (auto done = store.set_subscribed(account, "INBOX", Store::Subscribed::kYes); !done) {
    return done;
  }
  for (const auto& [name, use] : kDefaultMailboxes) {
    const auto made = store.create_mailbox(account, name, use);
    if (!made && made.error().code != ErrorCode::kAlreadyExists) return fail(made.error());
    if (auto done = store.set_subscribed(account, name, Store::Subscribed::kYes); !done) {
      return done;
    }
  }
  return {};
}

}  // namespace roost::auth
