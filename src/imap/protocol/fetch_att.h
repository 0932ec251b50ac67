// fetch-att (RFC 3501 section 9, RFC 7162 section 7): what FETCH asks of each message, macros
// already expanded.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mail/part_tree.h"

namespace roost::imap {

struct FetchAtt {
  enum class Kind : std::uint8_t {
    kUid,
    kFlags,
    kInternalDate,
    kRfc822Size,
    kEnvelope,
    kBody,
    kBodyStructure,
    kSection,  // BODY[…], BODY.PEEK[…]
    kRfc822,
    kRfc822Header,
    kRfc822Text,  // old names of sections; answered under these names
    kModSeq,      // RFC 7162 section 3.1.4.2
    kBinary,      // BINARY[…], BINARY.PEEK[…] (RFC 3516)
    kBinarySize,
    kEmailId,
    kThreadId,  // RFC 8474
    kSaveDate,  // RFC 8514
    kPreview,   // RFC 8970
  };
  struct Partial {
    std::uint64_t offset;  // RFC 9051 section 9: up to 2^63-1
    std::uint64_t length;  // not 0
    bool operator==(const Partial&) const = default;
  };
  Kind kind;
  bool peek = false;               // does not set \Seen
  bool lazy = false;               // of kPreview: not if it takes long
  mail::Section section;           // of kSection, the kRfc822 and the kBinary kinds
  std::optional<Partial> partial;  // of kSection and kBinary
  bool operator==(const FetchAtt&) const = default;
};

}  // namespace roost::imap
