// Encoded words (RFC 2047, with the language of RFC 2231 section 5) in header fields.
//
// They are decoded wherever they stand, in quoted strings too, because mailers put them there.
// Neighbours of the same charset are joined before their octets are decoded: some mailers cut a
// character in two. A word of an unknown charset stays as it is.
#pragma once

#include <string>
#include <string_view>

namespace roost::mail {

// An unfolded field body as UTF-8. Octets outside encoded words are UTF-8 if they can be, else
// windows-1252.
[[nodiscard]] std::string decode_encoded_words(std::string_view text);

}  // namespace roost::mail
