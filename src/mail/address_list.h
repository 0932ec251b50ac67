// Address lists (RFC 5322 section 3.4 with the obsolete forms of section 4.4) as ENVELOPE wants
// them: flat, with marks where a group begins and ends (RFC 3501 section 7.4.2).
//
// Anything is accepted. Quoting is taken off, encoded words stay as they are (RFC 3501 section 9,
// addr-name), and a name that stands in a comment behind the address is taken as its name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::mail {

// A group begins with only a mailbox (its name) and ends with nothing at all. An address has a
// mailbox and a host, though they may be empty.
struct Address {
  std::optional<std::string> name;
  std::optional<std::string> route;  // "@a,@b", the obsolete source route
  std::optional<std::string> mailbox;
  std::optional<std::string> host;
  bool operator==(const Address&) const = default;
};

// From unfolded or folded field bodies.
[[nodiscard]] std::vector<Address> parse_address_list(std::string_view field_body);

}  // namespace roost::mail
