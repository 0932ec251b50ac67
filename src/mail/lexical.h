// The lexical tokens of RFC 5322 section 3.2 that structured fields share: blanks and comments
// (CFWS) and quoted strings. Tolerant: what is not closed ends with the text.
#pragma once

#include <string>
#include <string_view>

namespace roost::mail {

// Takes blanks, line ends and comments, nested ones too, off the front of s. The text of the last
// comment goes to comment, if there is one.
void skip_cfws(std::string_view& s, std::string* comment = nullptr);

// Requires: s begins with a quote. Takes the quoted string off its front and gives what it says.
[[nodiscard]] std::string take_quoted(std::string_view& s);

}  // namespace roost::mail
