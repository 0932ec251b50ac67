// The condition of a status response (RFC 9051 section 7.1).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ascii.h"

namespace roost::imap {

enum class Condition : std::uint8_t { kOk, kNo, kBad, kBye, kPreauth };

inline constexpr std::array<std::string_view, 5> kConditionNames = {"OK", "NO", "BAD", "BYE",
                                                                    "PREAUTH"};

[[nodiscard]] constexpr std::string_view name_of(Condition condition) {
  return kConditionNames[static_cast<std::size_t>(condition)];
}
// In any case.
[[nodiscard]] constexpr std::optional<Condition> condition_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kConditionNames.size(); ++i) {
    if (equal_ignoring_case(name, kConditionNames[i])) return static_cast<Condition>(i);
  }
  return std::nullopt;
}

}  // namespace roost::imap
