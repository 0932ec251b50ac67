// What a reader of an HTML document would see at its beginning, roughly: no tags, comments, scripts
// and style sheets; character references as what they stand for; a blank where a block begins or
// ends. It is no HTML parser: it serves previews, and takes any octets.
#pragma once

#include <string>
#include <string_view>

namespace roost::mail {

// Stops after some thousand octets. utf8 and what is returned are UTF-8.
[[nodiscard]] std::string html_text(std::string_view utf8);

}  // namespace roost::mail
