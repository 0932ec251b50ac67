// The URL of a message or a part of one on this server, for CATENATE (RFC 4469 section 3): an
// absolute path (RFC 5092 section 7.1, ABNF in section 11). RFC 5092 section 7.2 lets no relative
// path be accepted; a URL with a server in it means another session.
//   "/" enc-mailbox [";UIDVALIDITY=" nz-number] "/;UID=" nz-number ["/;SECTION=" enc-section]
//       ["/;PARTIAL=" number ["." nz-number]]
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "imap/protocol/fetch_att.h"
#include "mail/ids.h"
#include "mail/part_tree.h"

namespace roost::imap {

struct MessageUrl {
  std::string mailbox;  // UTF-8, as it came
  std::optional<mail::UidValidity> uid_validity;
  mail::Uid uid;
  mail::Section section;
  std::optional<FetchAtt::Partial> partial;
  bool operator==(const MessageUrl&) const = default;
};

// Nothing if it is none.
[[nodiscard]] std::optional<MessageUrl> message_url(std::string_view url);

}  // namespace roost::imap
