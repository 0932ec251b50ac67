// The version of Roost, as ID and --version say it.
#pragma once

#include <string_view>

namespace roost {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace roost
