#include "cli/command.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
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
    "`roost COMMAND --help` explains a command. Exit codes: 0 done, 1 failed, 2 usage, 3 "
    "unreachable.";

// An empty word is what a script makes of a variable that is not set, and names nothing.
void refuse_empty_words(const CLI::App& parser) {
  for (const CLI::Option* option : parser.get_options()) {
    const auto& words = option->results();
    if (std::ranges::find(words, "") != words.end()) {
      throw CLI::ValidationError(option->get_name(), "is empty");
    }
  }
  for (const CLI::App* subcommand : parser.get_subcommands()) refuse_empty_words(*subcommand);
}

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
    const bool takes_program = command.setup_with_program != nullptr;
    Run run =
        takes_program ? command.setup_with_program(*parser, program_) : command.setup(*parser);
    subcommands_.push_back({parser, std::move(run), takes_program});
  }
}

std::vector<std::string> CommandLine::without_program(std::vector<std::string> words) {
  const auto dashes = std::ranges::find(words, "--");
  const bool takes_program =
      std::ranges::any_of(subcommands_, [&words](const Subcommand& subcommand) {
        return subcommand.takes_program && !words.empty() &&
               words.front() == subcommand.parser->get_name();
      });
  if (!takes_program || dashes == words.end() || dashes + 1 == words.end()) return words;
  program_.assign(dashes + 1, words.end());
  words.erase(dashes, words.end());
  return words;
}

int CommandLine::run(int argc, const char* const* argv) {
  std::vector<std::string> words = without_program({argv + 1, argv + argc});
  std::ranges::reverse(words);  // as CLI11 takes them
  try {
    app_.parse(std::move(words));
    refuse_empty_words(app_);
  } catch (const CLI::ParseError& error) {
    // Also how CLI11 answers --help and --version.
    const bool asked_for = app_.exit(error) == 0;
    return static_cast<int>(asked_for ? ExitCode::kDone : ExitCode::kUsage);
  }
  try {
    for (const Subcommand& subcommand : subcommands_) {
      if (subcommand.parser->parsed()) return static_cast<int>(subcommand.run());
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
