// From the charsets of mail to UTF-8, through ICU. Labels are read as readers of mail read them:
// ISO-8859-1 as windows-1252, GB2312 as GB18030, and US-ASCII with 8-bit octets as UTF-8 if it is
// that, else as windows-1252. Octets that are no text in their charset become U+FFFD.
//
// Thread: any; converters are kept per thread. (to_utf8 of search.h is implemented here too.)
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::mail {

// Nothing for an unknown charset.
[[nodiscard]] std::optional<std::string> from_charset(std::string_view octets,
                                                      std::string_view charset);
// An unknown or empty charset is taken for US-ASCII.
[[nodiscard]] std::string text_from_charset(std::string_view octets, std::string_view charset);

}  // namespace roost::mail
