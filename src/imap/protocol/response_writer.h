// ResponseWriter: the only place that appends IMAP syntax. It chooses atom, quoted or literal
// itself (RFC 3501 sections 4 and 9), so whoever writes a response cannot break the framing.
//
// Owner of out: the caller, for longer than the writer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "imap/protocol/condition.h"
#include "mail/digest.h"
#include "mail/flags.h"
#include "mail/ids.h"
#include "mail/mailbox_name.h"
#include "mail/uid_set.h"

namespace roost::imap {

class ResponseWriter {
 public:
  explicit ResponseWriter(std::string& out,
                          mail::NameEncoding names = mail::NameEncoding::kModifiedUtf7)
      : out_(out), names_(names) {}

  // "A1 OK [CODE] text\r\n"; code without brackets, may be empty. text: control characters and
  // 8-bit octets are replaced, an empty text becomes the condition's name.
  void tagged(std::string_view tag, Condition condition, std::string_view code,
              std::string_view text);
  void untagged(Condition condition, std::string_view code, std::string_view text);
  void continuation(std::string_view text);  // "+ text\r\n"; text must not begin with "["

  void exists(std::uint32_t count);
  void recent(std::uint32_t count);
  void expunge(mail::SeqNum seq);
  void vanished(const mail::UidSet& uids);   // RFC 7162 section 3.2.10.2; not empty
  void highest_modseq(mail::ModSeq modseq);  // "* OK [HIGHESTMODSEQ n] …", section 3.1.2.1

  // The pieces of any other response, in order; they add no spaces of their own.
  ResponseWriter& raw(std::string_view syntax);  // syntax of ours: "* LIST (", ") ", "\r\n"
  ResponseWriter& number(std::uint64_t n);
  ResponseWriter& astring(std::string_view s);
  ResponseWriter& string(std::string_view s);  // quoted, or a literal if it must be
  ResponseWriter& nstring(const std::optional<std::string>& s);
  ResponseWriter& literal_head(std::uint64_t octets);  // "{n}\r\n"; the octets follow by raw
  // As astring, in modified UTF-7 or, for a client that takes it, in UTF-8, quoted.
  ResponseWriter& mailbox(std::string_view utf8);
  ResponseWriter& date_time(
      const mail::InternalDate& date);  // "17-Jul-1996 02:44:25 -0700", quoted
  // "(\Seen work \Recent)"
  enum class Recent : std::uint8_t { kNo, kYes };
  ResponseWriter& flags(const mail::KeywordTable& keywords, mail::Flags flags, Recent recent);

  // Of a sequence-set in the order of these numbers its first range, which only ever ascends (RFC
  // 5267 section 3.2). How many of the numbers are in it. Requires: there is one.
  std::size_t range(std::span<const std::uint32_t> numbers);

  [[nodiscard]] std::size_t size() const { return out_.size(); }

 private:
  std::string& out_;
  mail::NameEncoding names_;
};

}  // namespace roost::imap
