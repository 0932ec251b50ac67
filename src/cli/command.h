// The frame of the command line: a table of subcommands, and the exit codes all of them share.
// Results go to standard output, everything else to standard error.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace roost::cli {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,        // the command line makes no sense
  kUnreachable = 3,  // of doctor: there is nothing to be examined
};

using Run = std::function<ExitCode()>;

struct Command {
  const char* name;
  const char* summary;  // one line of `roost --help`
  // Adds the subcommand's options to its parser, and returns what to do once they are parsed.
  Run (*setup)(CLI::App& app) = nullptr;
  // Instead, of a subcommand that takes a program with its arguments: what stands behind "--", as
  // it is. It outlives the Run.
  Run (*setup_with_program)(CLI::App& app, const std::vector<std::string>& program) = nullptr;
};

// The parser of a table of subcommands, with what they do. It does one command line.
class CommandLine {
 public:
  explicit CommandLine(std::span<const Command> commands);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  [[nodiscard]] const CLI::App& parser() const { return app_; }
  // Returns the exit code.
  int run(int argc, const char* const* argv);

 private:
  struct Subcommand {
    CLI::App* parser;
    Run run;
    bool takes_program;
  };
  // The words that are parsed; program_ gets the others.
  std::vector<std::string> without_program(std::vector<std::string> words);

  CLI::App app_;
  std::vector<Subcommand> subcommands_;
  std::vector<std::string> program_;
};

// main, for a table of subcommands. Returns the exit code.
int run(std::span<const Command> commands, int argc, const char* const* argv);

// Says on standard error what went wrong, and returns kFailed.
ExitCode failed(const Error& error);

}  // namespace roost::cli
