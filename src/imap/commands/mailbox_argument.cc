#include "imap/commands/mailbox_argument.h"

#include "imap/status_from_error.h"
#include "mail/mailbox_name.h"

namespace roost::imap {

std::optional<std::string> mailbox_name(Session& session, std::string_view wire) {
  auto name = mail::decode_mailbox_name(wire, session.names());
  if (name) name = mail::normalise_mailbox_name(*name);
  if (name) return *std::move(name);
  session.reply = {Condition::kNo, "CANNOT", name.error().detail};
  return std::nullopt;
}

std::optional<store::Mailbox> find_mailbox(Session& session, std::string_view wire,
                                           MissingMailbox missing) {
  const auto name = mailbox_name(session, wire);
  if (!name) return std::nullopt;
  auto mailbox = session.server.store.find_mailbox(session.account().id, *name);
  if (mailbox && mailbox->selectable) return *std::move(mailbox);
  if (!mailbox && mailbox.error().code != ErrorCode::kNotFound) {
    session.reply = status_from_error(mailbox.error());
  } else {
    session.reply = {Condition::kNo,
                     missing == MissingMailbox::kTryCreate ? "TRYCREATE" : "NONEXISTENT",
                     mailbox ? "The mailbox cannot hold messages" : "No such mailbox"};
  }
  return std::nullopt;
}

}  // namespace roost::imap
