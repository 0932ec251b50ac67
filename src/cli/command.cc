#include "cli/command.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
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
  std::vector<std::pair<CLI::App*, Run>> parsers;
  for (const Command& command : commands) {
    CLI::App* parser = app.add_subcommand(command.name, command.summary);
    parsers.emplace_back(parser, command.setup(*parser));
  }
  try {
    app.parse(argc, argv);
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
