// Values with parameters: Content-Type (RFC 2045 section 5.1) and Content-Disposition (RFC 2183),
// with the continued and encoded parameters of RFC 2231.
//
// Parameters are kept as they were sent, because BODYSTRUCTURE says them so; parameter() is what a
// reader of the value wants.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::mail {

using Parameters =
    std::vector<std::pair<std::string, std::string>>;  // name as sent, value unquoted

// The value of a parameter, with the pieces of RFC 2231 joined and percent-decoded (its charset and
// language left out).
[[nodiscard]] std::optional<std::string> parameter(const Parameters& parameters,
                                                   std::string_view name);

// With pieces joined as "name", and values of any charset as "name*" in UTF-8, as IMAP4rev2 tells
// them (RFC 9051 section 7.5.2). What cannot be decoded stays as it was sent.
[[nodiscard]] Parameters decoded(const Parameters& parameters);

struct ContentType {
  std::string type = "text";  // lower case
  std::string subtype = "plain";
  Parameters parameters;

  [[nodiscard]] bool is(std::string_view t, std::string_view s) const {
    return type == t && subtype == s;
  }
  [[nodiscard]] std::string full() const { return type + "/" + subtype; }
};

struct Disposition {
  std::string type;  // as sent
  Parameters parameters;
};

// Both take an unfolded field body and accept what mailers get wrong: values with blanks that are
// not quoted, missing semicolons at the end, comments. Nothing where there is no type at all.
[[nodiscard]] std::optional<ContentType> parse_content_type(std::string_view value);
[[nodiscard]] std::optional<Disposition> parse_disposition(std::string_view value);

}  // namespace roost::mail
