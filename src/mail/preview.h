// PREVIEW (RFC 8970): the beginning of a message's text, for a list of messages: decoded, without
// markup and quoted lines, on one line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mail/part_tree.h"

namespace roost::mail {

inline constexpr std::size_t kMaxPreview = 200;  // characters (section 3.3)

// How much of the body of a part of this type is looked at, octets as they are transferred; 0: it
// has nothing to show. type in lower case.
[[nodiscard]] std::size_t preview_octets(std::string_view type);
inline constexpr std::size_t kMaxPreviewParts = 4;  // that are looked at, the first ones

// The parts of a message that have something to show, first to last, but no more than are looked
// at.
[[nodiscard]] std::vector<const PartNode*> preview_parts(const PartNode& root);

// Of the first preview_octets(type) octets of a body. Empty: there is nothing to show.
[[nodiscard]] std::string make_preview(std::string_view body, std::string_view type,
                                       std::string_view charset, std::string_view encoding);

}  // namespace roost::mail
