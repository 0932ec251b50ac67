// What may name an account, and the form in which it is looked up.
#pragma once

#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/error.h"

namespace roost::store {

inline constexpr std::size_t kMaxAccountName = 255;  // octets

// The key of an account: names differing only in ASCII case are the same account. kInvalid: empty,
// too long, control characters or spaces.
[[nodiscard]] inline Result<std::string> account_key(std::string_view name) {
  if (name.empty()) return fail(ErrorCode::kInvalid, "the account name is empty");
  if (name.size() > kMaxAccountName) {
    return fail(ErrorCode::kInvalid, "the account name is longer than 255 octets");
  }
  for (const char c : name) {
    if (c == ' ' || is_control(c)) {
      return fail(ErrorCode::kInvalid, "the account name has spaces or control characters");
    }
  }
  return to_lower(name);
}

}  // namespace roost::store
