// The Message-IDs that a message has and refers to, as THREAD=REFERENCES goes by them (RFC 5256
// section 3; msg-id is RFC 5322 section 3.6.4 with the obsolete forms of section 4.5.4).
//
// They are normalised: without angle brackets, quoting, comments and blanks, so that
// <"a"@b> and <a@b> are one. Case counts. What is no msg-id between them is passed over.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/varint.h"

namespace roost::mail {

// Of longer References the last so many: a message's place in its thread follows from the nearest.
inline constexpr std::size_t kMaxReferences = 100;

// The first msg-id in an unfolded field body.
[[nodiscard]] std::optional<std::string> first_message_id(std::string_view field_body);

// The message's own id, empty where it has none that is valid; then those of References, or where
// that has none the first of In-Reply-To. Each a length and its octets, for MessageIds to read.
[[nodiscard]] std::string message_ids_of_header(std::string_view header);

// Owner of the octets: the caller, for longer than this and what it returned.
class MessageIds {
 public:
  explicit MessageIds(std::string_view encoded) : in_(encoded), own_(in_.string()) {}

  [[nodiscard]] std::string_view own() const { return own_; }
  // The references from the first, the remotest ancestor, to the last, the parent.
  [[nodiscard]] std::optional<std::string_view> next() {
    if (in_.left() == 0) return std::nullopt;
    return in_.string();
  }

 private:
  VarintReader in_;
  std::string_view own_;
};

}  // namespace roost::mail
