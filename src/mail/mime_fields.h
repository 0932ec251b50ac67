// What a header says of the body below it (RFC 2045, RFC 2183, RFC 3282, RFC 2557, RFC 1864).
// Of a field that comes more than once the first counts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/content_type.h"

namespace roost::mail {

struct MimeFields {
  ContentType type;
  std::string encoding = "7bit";  // lower case
  std::optional<std::string> id;
  std::optional<std::string> description;
  std::optional<std::string> md5;
  std::optional<Disposition> disposition;
  std::vector<std::string> language;
  std::optional<std::string> location;
};

// default_type: of a header without Content-Type; one that makes no sense is text/plain (RFC 2045
// section 5.2).
[[nodiscard]] MimeFields parse_mime_fields(std::string_view header, ContentType default_type);

}  // namespace roost::mail
