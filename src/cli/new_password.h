// A new password: asked for twice without echo on a terminal, else the first line of standard
// input. Never an argument: those are in everybody's process list and in the shell's history.
#pragma once

#include <string>

#include "base/error.h"

namespace roost::cli {

// kInvalid: the two differ, or there is none.
[[nodiscard]] Result<std::string> read_new_password();

}  // namespace roost::cli
