// The part tree of a message: which octets are the header and the body of which part, and what a
// part is. It answers BODY[section] (RFC 3501 section 6.4.5) and gives SEARCH the parts to decode.
//
// Part numbers: the parts of a multipart are 1, 2, …; a message/rfc822 part's embedded message has
// its own numbers below it; a message that is not multipart has the one part 1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace roost::mail {

struct OctetRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const OctetRange&) const = default;
};

struct PartNode {
  enum class Kind : std::uint8_t {
    kLeaf = 0,
    kMultipart = 1,
    kMessage = 2
  };  // stored: never renumber
  Kind kind = Kind::kLeaf;
  OctetRange header;  // with the empty line that ends it; MIME header of a part, message header of
                      // a message
  OctetRange body;
  std::string type;      // "text/plain", lower case
  std::string charset;   // lower case, empty where there is none
  std::string encoding;  // Content-Transfer-Encoding, lower case, "7bit" where there is none
  std::vector<PartNode> children;  // kMultipart: its parts; kMessage: the one embedded message
  bool operator==(const PartNode&) const = default;
};

[[nodiscard]] std::string encode_part_tree(const PartNode& root);
[[nodiscard]] Result<PartNode> decode_part_tree(std::string_view bytes);  // kCorruption

// BODY[…]: part numbers, then what of the part.
struct Section {
  enum class What : std::uint8_t { kAll, kHeader, kHeaderFields, kHeaderFieldsNot, kText, kMime };
  std::vector<std::uint32_t> part;
  What what = What::kAll;
  std::vector<std::string>
      fields;  // of kHeaderFields and kHeaderFieldsNot, as the client wrote them
  bool operator==(const Section&) const = default;
};

// The part that part numbers name; null if there is none. Requires: numbers is not empty.
[[nodiscard]] const PartNode* find_part(const PartNode& root,
                                        std::span<const std::uint32_t> numbers);

// Where the section's octets are; for the header-field kinds the whole header, to be filtered with
// filter_header. Nothing where the message has no such part (FETCH answers NIL or "").
[[nodiscard]] std::optional<OctetRange> find_section(const PartNode& root, const Section& section);

// The fields named (or all but those), in their order, octet for octet, with the empty line at the
// end.
enum class FieldFilter : std::uint8_t { kOnly, kAllBut };
[[nodiscard]] std::string filter_header(std::string_view header,
                                        std::span<const std::string> fields, FieldFilter filter);

}  // namespace roost::mail
