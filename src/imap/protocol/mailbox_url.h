// The URL of a mailbox on some server, as a user writes it (RFC 5092, ABNF in section 11):
//   ("imap://" / "imaps://") enc-user [";AUTH=" ("*" / enc-auth-type)] "@" host [":" port]
//       ["/" [enc-mailbox]]
// What is not in that RFC: "imaps", which is TLS from the first octet (RFC 8314); "@" in the user,
// since no host has one; and the mailbox may be a LIST pattern, with "%" written "%25". A password
// is refused: whoever lists the processes of the machine would see it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace roost::imap {

inline constexpr std::uint16_t kImapPort = 143;
inline constexpr std::uint16_t kImapsPort = 993;

struct MailboxUrl {
  bool tls = false;  // "imaps"
  std::string user;
  std::string mechanism;  // of ";AUTH=", upper case; empty: any
  std::string host;       // an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string mailbox;  // UTF-8; INBOX where the URL has none
  bool operator==(const MailboxUrl&) const = default;
};

// kInvalid: none, or of something else; the detail says why.
[[nodiscard]] Result<MailboxUrl> mailbox_url(std::string_view url);

}  // namespace roost::imap
