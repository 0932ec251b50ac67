// The fields of a header (RFC 5322 section 2.2), one after the other, as they stand.
//
// A field is its first line and the lines after it that begin with a blank. Lines end with CRLF or
// LF. A line that is no field ("From " of mbox files, an unindented rest of a field) comes out as a
// field without a name, so that nothing is lost.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::mail {

struct HeaderField {
  std::string_view name;    // without the colon; empty for a line that is no field
  std::string_view body;    // after the colon, folded, without the line end
  std::string_view octets;  // the whole field with its line end
};

// Owner of the header: the caller, for longer than this and the fields it gave.
class HeaderFields {
 public:
  explicit HeaderFields(std::string_view header) : rest_(header) {}

  // The next field; nothing at the empty line or the end.
  [[nodiscard]] std::optional<HeaderField> next();
  // What is left: after the last field the empty line, if the header has one.
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// The name of the field that a line begins ("Subject" of "Subject : x"), empty where it begins
// none.
[[nodiscard]] std::string_view field_name(std::string_view line);

// The field body on one line: line ends taken out (RFC 5322 section 2.2.3), blanks at the ends too.
[[nodiscard]] std::string unfold(std::string_view field_body);

}  // namespace roost::mail
