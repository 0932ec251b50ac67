// Where the octets of BODY[section]<partial> are (RFC 3501 section 6.4.5), for FETCH and CATENATE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "imap/protocol/fetch_att.h"
#include "mail/digest.h"
#include "mail/part_tree.h"
#include "store/store.h"

namespace roost::imap {

// Octets that are read from the store at once, to be sent.
inline constexpr std::uint64_t kSectionPiece = 64 * 1024;

struct SectionOctets {
  mail::OctetRange range;             // of the message's blob
  std::optional<std::string> fields;  // instead, where some fields of a header are asked for
};

// Nothing: the message has no such part. Worker.
[[nodiscard]] Result<std::optional<SectionOctets>> find_octets(
    store::Store& store, const mail::Digest& digest, const mail::Section& section,
    const std::optional<FetchAtt::Partial>& partial);

// kCorruption: the blob ends before the range does. Worker.
[[nodiscard]] Result<std::string> read_exactly(store::Store& store, mail::BlobId blob,
                                               mail::OctetRange range);

}  // namespace roost::imap
