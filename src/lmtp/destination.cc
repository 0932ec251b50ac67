// From address to mailbox: see the header.
#include "lmtp/destination.h"

#include <utility>

#include "auth/user_name.h"
#include "mail/mailbox_name.h"

namespace roost::lmtp {
namespace {

constexpr char kDetailDelimiter = '+';  // Postfix: recipient_delimiter; RFC 5233 section 4

// As users are named when they log in, so that both find the same account.
Result<store::Account> find_user(store::Store& store, std::string_view name) {
  const auto prepared = auth::prepare_user_name(name);
  if (!prepared) return fail(ErrorCode::kNotFound, prepared.error().detail);
  return store.find_account(*prepared);
}

Result<store::Account> find_account(store::Store& store, std::string_view local_part,
                                    std::string_view domain) {
  if (!domain.empty()) {
    std::string address(local_part);
    address.append("@").append(domain);
    auto account = find_user(store, address);
    if (account || account.error().code != ErrorCode::kNotFound) return account;
  }
  return find_user(store, local_part);
}

// The mailbox that detail names, else INBOX: what comes from outside makes no mailboxes.
Result<mail::MailboxId> find_mailbox(store::Store& store, mail::AccountId account,
                                     std::string_view detail) {
  if (const auto name = mail::normalise_mailbox_name(detail)) {
    const auto mailbox = store.find_mailbox(account, *name);
    if (mailbox && mailbox->selectable) return mailbox->id;
    if (!mailbox && mailbox.error().code != ErrorCode::kNotFound) return fail(mailbox.error());
  }
  const auto inbox = store.find_mailbox(account, "INBOX");
  if (!inbox) return fail(inbox.error());
  return inbox->id;
}

}  // namespace

Result<Destination> find_destination(store::Store& store, const Path& path) {
  const std::string_view local_part = path.local_part;
  std::string_view detail;
  auto account = find_account(store, local_part, path.domain);
  const std::size_t delimiter = local_part.find(kDetailDelimiter);
  if (!account && account.error().code == ErrorCode::kNotFound &&
      delimiter != std::string_view::npos) {
    detail = local_part.substr(delimiter + 1);
    account = find_account(store, local_part.substr(0, delimiter), path.domain);
  }
  if (!account) {
    // When the disk has failed, what was removed last may be there again after the restart.
    if (account.error().code == ErrorCode::kNotFound) {
      if (auto writable = store.writable(); !writable) return fail(std::move(writable.error()));
    }
    return fail(account.error());
  }
  const auto mailbox = find_mailbox(store, account->id, detail);
  if (!mailbox) return fail(mailbox.error());
  return Destination{account->id, *mailbox};
}

}  // namespace roost::lmtp
