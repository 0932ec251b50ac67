// User names: what a client sends as its authentication identity, made comparable.
//
// The UsernameCaseMapped profile (RFC 8265 section 3.3) as far as a mail server needs it: UTF-8,
// NFC, no control characters or spaces. Only ASCII is folded, by the store, so that no name changes
// its meaning with a newer Unicode table. What does not pass is no user's name.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace roost::auth {

// In NFC, the case kept. kInvalid, saying what is wrong with it.
[[nodiscard]] Result<std::string> prepare_user_name(std::string_view name);

}  // namespace roost::auth
