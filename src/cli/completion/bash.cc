// bash cuts words at COMP_WORDBREAKS: "--config=x" comes as three, "--config" "=" "x". What stands
// in COMPREPLY is put into the line as it is, so it is quoted; file names are left to readline,
// which quotes them itself.
#include <fmt/format.h>

#include <iterator>
#include <string>

#include "cli/completion/scripts.h"

namespace roost::cli {

namespace {

using Kind = ValueWord::Kind;

std::string array(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += shell_quoted(word);
  }
  return "(" + text + ")";
}

// 'roost serve:--config' | 'roost serve:-c', a pattern for `case`.
std::string pattern(const Place& place, const OptionWord& option) {
  std::string text;
  for (const std::string& name : option.names) {
    if (!text.empty()) text += " | ";
    text += shell_quoted(place.path + ":" + name);
  }
  return text;
}

std::string offer(const ValueWord& value) {
  switch (value.kind) {
    case Kind::kFile:
      return "compopt -o default";
    case Kind::kDirectory:
      return "compopt -o dirnames";
    case Kind::kChoice:
      return "words=" + array(value.choices);
    case Kind::kAnything:
      return ":";
  }
  return ":";
}

// The branches of the walk to the word that is completed: where it is, and which words are values.
std::string steps(std::span<const Place> places) {
  std::string text;
  for (const Place& place : places) {
    for (const SubcommandWord& sub : place.subcommands) {
      fmt::format_to(std::back_inserter(text), "      {}) at={} ;;\n",
                     shell_quoted(place.path + ":" + sub.name),
                     shell_quoted(place.path + " " + sub.name));
    }
    for (const OptionWord& option : place.options) {
      if (!option.value) continue;
      fmt::format_to(std::back_inserter(text), "      {}) value=$((i + 1)) ;;\n",
                     pattern(place, option));
    }
  }
  return text;
}

std::string values(std::span<const Place> places) {
  std::string text;
  for (const Place& place : places) {
    for (const OptionWord& option : place.options) {
      if (!option.value || option.value->kind == Kind::kAnything) continue;
      fmt::format_to(std::back_inserter(text), "      {}) {} ;;\n", pattern(place, option),
                     offer(*option.value));
    }
  }
  return text;
}

// Of several positional arguments, only what the first is.
std::string words_of_places(std::span<const Place> places) {
  std::string text;
  for (const Place& place : places) {
    std::vector<std::string> names;
    for (const OptionWord& option : place.options) {
      names.insert(names.end(), option.names.begin(), option.names.end());
    }
    std::vector<std::string> subcommands;
    for (const SubcommandWord& sub : place.subcommands) subcommands.push_back(sub.name);
    std::string others = ":";
    if (!subcommands.empty()) {
      others = "words=" + array(subcommands);
    } else if (!place.arguments.empty()) {
      others = offer(place.arguments.front());
    } else {
      others = "words=(\"${options[@]}\")";
    }
    fmt::format_to(std::back_inserter(text),
                   "      {})\n        options={}\n        {}\n        ;;\n",
                   shell_quoted(place.path), array(names), others);
  }
  return text;
}

constexpr std::string_view kScript =
    R"script(# Completions of {0} for bash, printed by `{0} completion bash`.
_{0}() {{
  local at={0} cur=${{COMP_WORDS[COMP_CWORD]}} word= i value=0
  local -a words=() options=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    case $at:$word in
      *:--)
        compopt -o default
        return
        ;;
{1}    esac
    if ((value > i)); then
      if [[ ${{COMP_WORDS[value]}} == = ]]; then ((value++)); fi
      ((i = value))
    fi
  done
  if ((value >= COMP_CWORD)); then
    if [[ $cur == = ]]; then cur=; fi
    case $at:$word in
{2}    esac
  else
    case $at in
{3}    esac
    if [[ $cur == -* ]]; then words=("${{options[@]}}"); fi
  fi
  for word in "${{words[@]}}"; do
    if [[ $word == "$cur"* ]]; then
      printf -v word %q "$word"
      COMPREPLY+=("$word")
    fi
  done
}}
complete -F _{0} {0}
)script";

}  // namespace

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += R"('\'')";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string bash_completion(std::span<const Place> places) {
  return fmt::format(kScript, places.front().path, steps(places), values(places),
                     words_of_places(places));
}

}  // namespace roost::cli
