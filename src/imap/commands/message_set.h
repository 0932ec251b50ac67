// The messages a command speaks of: by number, or by UID (RFC 3501 section 6.4.8).
#pragma once

#include "imap/addressed.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"
#include "mail/uid_set.h"

namespace roost::imap {

// A sequence-set as the UIDs it denotes in the client's view; "$" is what that has of the saved
// result (RFC 5182 section 2.1: expunged messages are not in it any more). By number, one that is
// above the number of messages is an error of the parser; by UID, those that do not exist are left
// out silently.
[[nodiscard]] inline mail::UidSet message_set(Parser& parser, const SequenceSet& set,
                                              const Session& session, Addressed addressed) {
  if (!parser.ok()) return {};
  const mail::MailboxView& view = *session.selected().view;
  if (set.is_saved_result()) {
    mail::UidSet uids;
    view.for_each_in(session.selected().saved_result(), mail::Uid(0),
                     [&](mail::SeqNum, const mail::MessageEntry& entry) {
                       uids.add(entry.uid);
                       return true;
                     });
    return uids;
  }
  if (addressed == Addressed::kByUid) return set.uids(view);
  auto uids = set.uids_of_messages(view);
  if (!uids) parser.fail("numbers of messages that exist");
  return std::move(uids).value_or(mail::UidSet());
}
[[nodiscard]] inline mail::UidSet message_set(Parser& parser, const Session& session,
                                              Addressed addressed) {
  const SequenceSet set = parser.sequence_set();
  return message_set(parser, set, session, addressed);
}

}  // namespace roost::imap
