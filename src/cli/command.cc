#include "cli/command.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>
#include <string>

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

CommandLine::CommandLine(std::span<const Command> commands) : app_(kSummary, "roost") {
  app_.set_version_flag("--version", "roost " + std::string(kVersion));
  app_.footer(kFirstSteps);
  app_.require_subcommand(1);
  for (const Command& command : commands) {
    CLI::App* parser = app_.add_subcommand(command.name, command.summary);
    subcommands_.emplace_back(parser, command.setup(*parser));
  }
}

int CommandLine::run(int argc, const char* const* argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Also how CLI11 answers --help and --version.
    const bool asked_for = app_.exit(error) == 0;
    return static_cast<int>(asked_for ? ExitCode::kDone : ExitCode::kUsage);
  }
  try {
    for (const auto& [parser, what] : subcommands_) {
      if (parser->parsed()) return static_cast<int>(what());
    }
  } catch (const std::exception& error) {
    return static_cast<int>(failed({ErrorCode::kInternal, error.what()}));
  }
  return static_cast<int>(ExitCode::kUsage);
}

int run(std::span<const Command> commands, int argc, const char* const* argv) {
  return CommandLine(commands).run(argc, argv);
}

}  // namespace roost::cli
