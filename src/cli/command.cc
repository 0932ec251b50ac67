#include "cli/command.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "base/version.h"

namespace roost::cli {
namespace {

constexpr const char* kSummary =
    "Roost, an IMAP server whose heart is IDLE: whoever waits is told at once.";
constexpr const char* kFirstSteps =
    "First steps:\n"
    "  roost user add wren --data ./mail     make a user; asks for the password\n"
    "  roost serve --data ./mail             start the server\n"
    "\n"
    "`roost COMMAND --help` explains a command. Exit codes: 0 done, 1 failed, 2 usage.";

}  // namespace

ExitCode failed(const Error& error) {
  std::fprintf(stderr, "roost: %s\n", error.detail.c_str());
  return ExitCode::kFailed;
}

int run(std::span<const Command> commands, int argc, const char* const* argv) {
  CLI::App app(kSummary, "roost");
  app.set_version_flag("--version", "roost " + std::string(kVersion));
  app.footer(kFirstSteps);
  app.require_subcommand(1);
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto dashes = std::ranges::find(words, "--");
  std::vector<std::string> before(words.begin(), dashes);
  std::vector<std::string> program;
  std::vector<std::pair<CLI::App*, Run>> parsers;
  for (const Command& command : commands) {
    CLI::App* parser = app.add_subcommand(command.name, command.summary);
    const bool takes_program = command.setup_with_program != nullptr;
    parsers.emplace_back(parser, takes_program ? command.setup_with_program(*parser, program)
                                               : command.setup(*parser));
    if (takes_program && !words.empty() && words.front() == command.name && dashes != words.end()) {
      program.assign(dashes + 1, words.end());
    }
  }
  if (program.empty()) before = words;
  std::ranges::reverse(before);  // as CLI11 takes them
  try {
    app.parse(std::move(before));
  } catch (const CLI::ParseError& error) {
    // Also how CLI11 answers --help and --version.
    const bool asked_for = app.exit(error) == 0;
    return static_cast<int>(asked_for ? ExitCode::kDone : ExitCode::kUsage);
  }
  try {
    for (const auto& [parser, what] : parsers) {
      if (parser->parsed()) return static_cast<int>(what());
    }
  } catch (const std::exception& error) {
    return static_cast<int>(failed({ErrorCode::kInternal, error.what()}));
  }
  return static_cast<int>(ExitCode::kUsage);
}

}  // namespace roost::cli
