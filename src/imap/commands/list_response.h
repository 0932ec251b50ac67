// The LIST response (RFC 3501 section 7.2.2, RFC 9051 section 7.3.1), whoever asked for it: LIST;
// nobody, of other mailboxes while a client waits (imap/other_mailboxes.h); SELECT, which must send
// one to a client of IMAP4rev2 (section 6.3.2); and other commands where a mailbox's name is not
// what the client wrote (section 6.3.9.7): "inbox" for INBOX, or what is not in Unicode NFC. Other
// clients are not told these.
#pragma once

#include <cstdint>
#include <string_view>

#include "imap/protocol/response_writer.h"
#include "imap/session.h"
#include "mail/special_use.h"
#include "store/mailbox.h"

namespace roost::imap {

//   mailbox-list = "(" [mbx-list-flags] ")" SP DQUOTE QUOTED-CHAR DQUOTE SP mailbox
//                  [SP mbox-list-extended]
struct ListItem {
  enum class Kind : std::uint8_t { kMailbox, kNoselect, kNonExistent };
  enum class Children : std::uint8_t { kNotTold, kHas, kHasNo };  // RFC 3348
  std::string_view name;
  Kind kind = Kind::kMailbox;
  Children children = Children::kNotTold;
  bool subscribed = false;
  mail::SpecialUse special_use = mail::SpecialUse::kNone;  // RFC 6154 section 2
  std::string_view old_name = {};                          // OLDNAME, unless it is empty
  std::string_view child_info = {};  // CHILDINFO: the criteria, ready-made, unless it is empty
};

// "* LIST (\HasNoChildren) "/" Normalized ("OLDNAME" ("NonNormalized"))"
void write_list(ResponseWriter writer, const ListItem& item);

// supplied: the name as the client wrote it. A delimiter at its end makes no other name.
[[nodiscard]] bool is_as_supplied(std::string_view name, std::string_view supplied);

// "* LIST () "/" INBOX", with OLDNAME unless the name is as supplied.
void tell_selected_name(Session& session, const store::Mailbox& mailbox, std::string_view supplied);
// "* LIST () "/" INBOX ("OLDNAME" ("inbox"))"
void tell_old_name(Session& session, std::string_view name, std::string_view old_name,
                   ListItem::Kind kind = ListItem::Kind::kMailbox);

}  // namespace roost::imap
