// An ENVELOPE as any server may send it (RFC 9051 section 7.5.2): with quoted strings, literals and
// NIL wherever they may stand, and here each string as it came, its encoded words not decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::client {

struct Address {
  std::string name;     // empty: none, as all of these
  std::string mailbox;  // without a host it names a group (RFC 5322), or ends one
  std::string host;
  bool operator==(const Address&) const = default;
};

struct Envelope {
  std::string date;
  std::string subject;
  std::vector<Address> from;
  std::vector<Address> sender;
  std::vector<Address> reply_to;
  std::vector<Address> to;
  std::vector<Address> cc;
  std::vector<Address> bcc;
  std::string in_reply_to;
  std::string message_id;
  bool operator==(const Envelope&) const = default;
};

// Of "(…)"; nothing where it is none.
[[nodiscard]] std::optional<Envelope> parse_envelope(std::string_view text);

}  // namespace roost::client
