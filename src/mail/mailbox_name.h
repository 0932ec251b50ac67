// Mailbox names (RFC 3501 section 5.1). Inside Roost a name is UTF-8 in Unicode NFC, its levels are
// separated by "/", and INBOX (alone or as the first level) is written in upper case. On the wire a
// rev1 client writes modified UTF-7 (section 5.1.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace roost::mail {

inline constexpr char kHierarchyDelimiter = '/';
inline constexpr std::size_t kMaxMailboxName = 1000;  // octets of UTF-8
inline constexpr std::size_t kMaxMailboxDepth = 32;   // levels

// How names are written on the wire: as rev1 has it, or as they are, once a client has enabled that
// (RFC 9051 section 5.1, RFC 9755 section 3).
enum class NameEncoding : std::uint8_t { kModifiedUtf7, kUtf8 };
[[nodiscard]] Result<std::string> decode_mailbox_name(std::string_view wire, NameEncoding encoding);
[[nodiscard]] std::string encode_mailbox_name(std::string_view utf8, NameEncoding encoding);

// From modified UTF-7. Strict: overlong or unneeded shifts, unpaired surrogates and 8-bit octets
// are kInvalid, so that each name has exactly one spelling.
[[nodiscard]] Result<std::string> decode_modified_utf7(std::string_view wire);
[[nodiscard]] std::string encode_modified_utf7(std::string_view utf8);

// A name as a client may create or use it, normalised (NFC, INBOX). kInvalid: empty, an empty level
// ("a//b", leading "/"), "." or ".." as a level, control characters, "*" or "%", not UTF-8, too
// long or too deep. One trailing delimiter is dropped (CREATE "a/", section 6.3.3).
[[nodiscard]] Result<std::string> normalise_mailbox_name(std::string_view utf8);

// "a/b" for "a/b/c"; nothing for a top-level name.
[[nodiscard]] std::optional<std::string_view> parent_of(std::string_view name);
[[nodiscard]] bool is_inferior_of(std::string_view name, std::string_view ancestor);

// LIST and LSUB patterns (section 6.3.8): "*" matches anything, "%" anything but the delimiter.
// Linear in name times pattern at worst. INBOX matches without regard to case.
[[nodiscard]] bool matches_list_pattern(std::string_view name, std::string_view pattern);

}  // namespace roost::mail
