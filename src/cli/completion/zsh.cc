// zsh's _arguments takes one word for each option and argument, '--log[how much]:LEVEL:(info
// debug)': a colon that separates nothing has a backslash, as has a bracket of the description, and
// what stands in the parentheses is read by the shell once more.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "cli/completion/scripts.h"

namespace roost::cli {

namespace {

using Kind = ValueWord::Kind;

std::string with_backslashes(std::string_view text, std::string_view before) {
  std::string escaped;
  for (const char c : text) {
    if (before.contains(c)) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string function_name(const Place& place) {
  std::string name = "_" + place.path;
  std::ranges::replace(name, ' ', '_');
  return name;
}

std::string action(const ValueWord& value) {
  switch (value.kind) {
    case Kind::kFile:
      return "_files";
    case Kind::kDirectory:
      return "_files -/";
    case Kind::kChoice: {
      std::string words;
      for (const std::string& choice : value.choices) {
        if (!words.empty()) words += ' ';
        words += shell_quoted(choice);
      }
      return "(" + with_backslashes(words, ":") + ")";
    }
    case Kind::kAnything:
      return " ";  // a message says what is expected
  }
  return " ";
}

std::string value_spec(const ValueWord& value) {
  const std::string message = value.name.empty() ? " " : with_backslashes(value.name, ":");
  return ":" + message + ":" + action(value);
}

// A word for each name; having one of them excludes the others.
void add_specs(std::string& text, const OptionWord& option) {
  const bool repeatable = option.value && option.value->repeatable;
  for (const std::string& name : option.names) {
    std::string spec = repeatable ? "*" : fmt::format("({})", fmt::join(option.names, " "));
    spec += name;
    // The value is the next word, or behind "=", or right behind a single letter.
    if (option.value) spec += name.starts_with("--") ? "=" : "+";
    spec += "[" + with_backslashes(option.description, "\\[]:") + "]";
    if (option.value) spec += value_spec(*option.value);
    text += " \\\n    " + shell_quoted(spec);
  }
}

constexpr std::string_view kSubcommands = R"(
  local -a subcommands
  case $state in
    (subcommand)
      subcommands=(
{0}      )
      _describe -t commands command subcommands && ret=0
      ;;
    (argument)
      case $words[1] in
{1}      esac
      ;;
  esac)";

std::string subcommands(const Place& place) {
  std::string names;
  std::string calls;
  for (const SubcommandWord& sub : place.subcommands) {
    const std::string described = with_backslashes(sub.name, "\\:") + ":" + sub.summary;
    fmt::format_to(std::back_inserter(names), "        {}\n", shell_quoted(described));
    fmt::format_to(std::back_inserter(calls), "        ({}) {}_{} && ret=0 ;;\n",
                   shell_quoted(sub.name), function_name(place), sub.name);
  }
  return fmt::format(kSubcommands, names, calls);
}

std::string function(const Place& place) {
  std::string specs;
  for (const OptionWord& option : place.options) add_specs(specs, option);
  for (const ValueWord& argument : place.arguments) {
    const std::string spec = (argument.repeatable ? "*" : "") + value_spec(argument);
    specs += " \\\n    " + shell_quoted(spec);
  }
  if (place.subcommands.empty()) {
    return fmt::format("{}() {{\n  _arguments -S{}\n}}\n", function_name(place), specs);
  }
  // Options that stand behind the subcommand are the subcommand's.
  return fmt::format(
      "{}() {{\n"
      "  local curcontext=$curcontext state state_descr line ret=1\n"
      "  typeset -A opt_args\n"
      "  _arguments -C -S -A '-*'{} \\\n"
      "    '1: :->subcommand' \\\n"
      "    '*:: :->argument' && ret=0"
      "{}\n"
      "  return ret\n"
      "}}\n",
      function_name(place), specs, subcommands(place));
}

}  // namespace

std::string zsh_completion(std::span<const Place> places) {
  const std::string& program = places.front().path;
  std::string text = fmt::format(
      "#compdef {0}\n# Completions of {0} for zsh, printed by `{0} completion zsh`.\n", program);
  for (const Place& place : places) text += function(place);
  // Run as the function that the file is, or sourced.
  text += fmt::format(
      "if [[ $funcstack[1] == _{0} ]]; then\n  _{0} \"$@\"\nelse\n  compdef _{0} {0}\nfi\n",
      program);
  return text;
}

}  // namespace roost::cli
