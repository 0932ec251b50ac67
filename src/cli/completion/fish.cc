// fish has one `complete` for each option and word, with the condition under which it is offered.
// What is offered by -a is read by the shell once more.
#include <fmt/format.h>

#include <iterator>
#include <string>

#include "cli/completion/scripts.h"

namespace roost::cli {

namespace {

using Kind = ValueWord::Kind;

std::string fish_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string all_quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += fish_quoted(word);
  }
  return text;
}

std::string offer(const ValueWord& value) {
  switch (value.kind) {
    case Kind::kFile:
      return " -F";
    case Kind::kDirectory:
      return " -f -a '(__fish_complete_directories)'";
    case Kind::kChoice:
      return " -f -a " + fish_quoted(all_quoted(value.choices));
    case Kind::kAnything:
      return " -f";
  }
  return "";
}

// The branches of the walk to the word that is completed: where it is, and which words are values.
std::string steps(std::span<const Place> places) {
  std::string text;
  for (const Place& place : places) {
    for (const SubcommandWord& sub : place.subcommands) {
      const std::string below = place.path + " " + sub.name;
      fmt::format_to(std::back_inserter(text), "            case {0}\n                set at {0}\n",
                     fish_quoted(below));
    }
    std::vector<std::string> with_value;
    for (const OptionWord& option : place.options) {
      if (!option.value) continue;
      for (const std::string& name : option.names) with_value.push_back(place.path + " " + name);
    }
    if (with_value.empty()) continue;
    fmt::format_to(std::back_inserter(text), "            case {}\n                set value yes\n",
                   all_quoted(with_value));
  }
  return text;
}

std::string completions(std::string_view program, const Place& place) {
  std::string text;
  const std::string begin =
      fmt::format("complete -c {} -n '__{}_at {}'", program, program, place.path);
  const auto add = [&](std::string_view rest) { text += begin + std::string(rest) + "\n"; };
  for (const SubcommandWord& sub : place.subcommands) {
    add(" -f -a " + fish_quoted(fish_quoted(sub.name)) + " -d " + fish_quoted(sub.summary));
  }
  for (const ValueWord& argument : place.arguments) add(offer(argument));
  for (const OptionWord& option : place.options) {
    std::string words;
    for (const std::string& name : option.names) {
      const bool is_long = name.starts_with("--");
      words += (is_long ? " -l " : " -s ") + fish_quoted(name.substr(is_long ? 2 : 1));
    }
    if (option.value) words += " -r" + offer(*option.value);
    add(words + " -d " + fish_quoted(option.description));
  }
  return text;
}

constexpr std::string_view kWalk =
    R"(# Completions of {0} for fish, printed by `{0} completion fish`.
function __{0}_at
    set -l at {0}
    set -l value no
    for word in (commandline -opc)[2..-1]
        if test $value = yes
            set value no
            continue
        end
        switch "$at $word"
            case '* --'
                return 1
{1}        end
    end
    test "$at" = "$argv"
end
complete -c {0} -f
complete -c {0} -n 'contains -- -- (commandline -opc)' -F
)";

}  // namespace

std::string fish_completion(std::span<const Place> places) {
  const std::string& program = places.front().path;
  std::string text = fmt::format(kWalk, program, steps(places));
  for (const Place& place : places) text += completions(program, place);
  return text;
}

}  // namespace roost::cli
