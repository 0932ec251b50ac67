// The command line as completions and man pages need it, read off its parser: what may stand where.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

namespace roost::cli {

// What stands for an option's value, or for a positional argument.
struct ValueWord {
  enum class Kind { kAnything, kFile, kDirectory, kChoice };
  std::string name;                  // "FILE", as --help has it
  Kind kind = Kind::kAnything;       // by the name: FILE and DIR are paths
  std::vector<std::string> choices;  // of CLI::IsMember
  bool repeatable = false;
};

struct OptionWord {
  std::vector<std::string> names;  // "-h", "--help"
  std::string description;
  std::optional<ValueWord> value;
};

struct SubcommandWord {
  std::string name;
  std::string summary;
};

// Behind a subcommand, or behind the name of the program.
struct Place {
  std::string path;  // "roost user add"
  std::vector<SubcommandWord> subcommands;
  std::vector<OptionWord> options;  // also those of the place above, where they may follow here
  std::vector<ValueWord> arguments;
};

// root first, then each subcommand and what is under it. What --help hides is left out.
[[nodiscard]] std::vector<Place> places(const CLI::App& root);

}  // namespace roost::cli
