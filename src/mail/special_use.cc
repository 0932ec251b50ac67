#include "mail/special_use.h"

#include <array>

#include "base/ascii.h"

namespace roost::mail {

std::string_view attribute_of(SpecialUse use) {
  switch (use) {
    case SpecialUse::kNone:
      return "";
    case SpecialUse::kAll:
      return "\\All";
    case SpecialUse::kArchive:
      return "\\Archive";
    case SpecialUse::kDrafts:
      return "\\Drafts";
    case SpecialUse::kFlagged:
      return "\\Flagged";
    case SpecialUse::kJunk:
      return "\\Junk";
    case SpecialUse::kSent:
      return "\\Sent";
    case SpecialUse::kTrash:
      return "\\Trash";
  }
  return "";
}

std::optional<SpecialUse> special_use(std::string_view attribute) {
  constexpr std::array kUses = {SpecialUse::kAll,     SpecialUse::kArchive, SpecialUse::kDrafts,
                                SpecialUse::kFlagged, SpecialUse::kJunk,    SpecialUse::kSent,
                                SpecialUse::kTrash};
  for (const SpecialUse use : kUses) {
    if (equal_ignoring_case(attribute, attribute_of(use))) return use;
  }
  return std::nullopt;
}

}  // namespace roost::mail
