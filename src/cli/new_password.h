// Passwords: asked for without echo on a terminal, a new one twice; else the next line of standard
// input. Never an argument: those are in everybody's process list and in the shell's history.
#pragma once

#include <string>

#include "base/error.h"

namespace roost::cli {

// kInvalid: there is none.
[[nodiscard]] Result<std::string> read_password(const std::string& prompt);
// kInvalid: the two differ, or there is none.
[[nodiscard]] Result<std::string> read_new_password();

}  // namespace roost::cli
