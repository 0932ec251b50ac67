// Enabled: the extensions that a client has switched on, with ENABLE (RFC 5161) or by using them,
// because they change what it is sent unasked. Nothing switches one off again (section 3.1).
#pragma once

namespace roost::imap {

struct Enabled {
  bool condstore : 1 = false;  // RFC 7162 section 3.1: MODSEQ in every FETCH that nobody asked for
  bool qresync : 1 = false;    // section 3.2.3; condstore is set, too
  bool imap4rev2 : 1 = false;  // RFC 9051
  bool utf8_accept : 1 = false;  // RFC 9755
  bool uidonly : 1 = false;      // RFC 9586 section 3: no message number is taken or told

  // UTF-8 in quoted strings and mailbox names, both ways (RFC 9755 section 3, RFC 9051
  // section 5.1).
  [[nodiscard]] bool utf8() const { return imap4rev2 || utf8_accept; }
  // In place of EXPUNGE (RFC 7162 section 3.2.10.2, RFC 9586 sections 3.4 and 3.6).
  [[nodiscard]] bool vanished() const { return qresync || uidonly; }
  bool operator==(const Enabled&) const = default;
};

}  // namespace roost::imap
