// Special uses of a mailbox (RFC 6154 section 2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace roost::mail {

// Stored: never renumber.
enum class SpecialUse : std::uint8_t {
  kNone = 0,
  kAll = 1,
  kArchive = 2,
  kDrafts = 3,
  kFlagged = 4,
  kJunk = 5,
  kSent = 6,
  kTrash = 7,
};

[[nodiscard]] std::string_view attribute_of(SpecialUse use);  // "\Drafts"; empty for kNone
[[nodiscard]] std::optional<SpecialUse> special_use(std::string_view attribute);  // any case

}  // namespace roost::mail
