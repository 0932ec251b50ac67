// The three-letter English month names that RFC 5322 (Date:) and RFC 3501 (date-month) share.
// Without locales: the C library's would be the process's language.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "base/ascii.h"

namespace roost {

inline constexpr std::array<std::string_view, 12> kMonthNames = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Requires: month.ok().
[[nodiscard]] constexpr std::string_view month_name(std::chrono::month month) {
  return kMonthNames[static_cast<unsigned>(month) - 1];
}

// name in any case.
[[nodiscard]] constexpr std::optional<std::chrono::month> month_from_name(std::string_view name) {
  for (unsigned i = 0; i < kMonthNames.size(); ++i) {
    if (equal_ignoring_case(name, kMonthNames[i])) return std::chrono::month(i + 1);
  }
  return std::nullopt;
}

}  // namespace roost
