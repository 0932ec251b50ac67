// Completions of a command line, as scripts for shells: to be sourced, or installed where the shell
// looks for them. They know the command line as it was when they were made, and run no program.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/completion/places.h"

namespace roost::cli {

// Requires: a first place whose path is the program's name.
[[nodiscard]] std::string bash_completion(std::span<const Place> places);
[[nodiscard]] std::string zsh_completion(std::span<const Place> places);  // the file _PROGRAM
[[nodiscard]] std::string fish_completion(std::span<const Place> places);

// text as one word of bash or zsh that means nothing but itself.
[[nodiscard]] std::string shell_quoted(std::string_view text);

}  // namespace roost::cli
