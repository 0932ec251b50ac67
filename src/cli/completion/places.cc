#include "cli/completion/places.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <utility>

namespace roost::cli {

namespace {

// CLI11 keeps what a check allows in words only, behind the type: "TEXT:{debug,info}",
// "TIME:INT in [1 - 3600]".
std::string without_checks(const std::string& type_name) {
  const std::size_t range = type_name.find(" in [");
  const std::size_t check =
      range == std::string::npos ? type_name.find(":{") : type_name.rfind(':', range);
  return type_name.substr(0, check);
}

std::vector<std::string> choices(const std::string& type_name) {
  const std::size_t begin = type_name.find(":{");
  if (begin == std::string::npos || !type_name.ends_with('}')) return {};
  return CLI::detail::split(type_name.substr(begin + 2, type_name.size() - begin - 3), ',');
}

ValueWord value(const CLI::Option& option) {
  using enum ValueWord::Kind;
  const std::string type = option.get_type_name();
  ValueWord word{.name = option.get_positional() ? option.get_name(true) : without_checks(type),
                 .choices = choices(type),
                 .repeatable = option.get_items_expected_max() > 1};
  if (!word.choices.empty()) {
    word.kind = kChoice;
  } else if (word.name.starts_with("FILE")) {
    word.kind = kFile;
  } else if (word.name.starts_with("DIR")) {
    word.kind = kDirectory;
  }
  return word;
}

OptionWord named(const CLI::Option& option) {
  OptionWord word{.description = option.get_description()};
  std::ranges::replace(word.description, '\n', ' ');
  for (const std::string& name : option.get_snames()) word.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) word.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) word.value = value(option);
  return word;
}

bool has(const Place& place, const OptionWord& option) {
  return std::ranges::any_of(
      place.options, [&option](const OptionWord& other) { return other.names == option.names; });
}

void add_place(std::vector<Place>& all, const CLI::App& app, const Place* above) {
  Place place{.path = above == nullptr ? app.get_name() : above->path + " " + app.get_name()};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    if (option->nonpositional()) {
      place.options.push_back(named(*option));
    } else {
      place.arguments.push_back(value(*option));
    }
  }
  if (above != nullptr && app.get_fallthrough()) {
    for (const OptionWord& option : above->options) {
      if (!has(place, option)) place.options.push_back(option);
    }
  }
  std::vector<const CLI::App*> below = app.get_subcommands({});
  std::erase_if(below, [](const CLI::App* sub) { return sub->get_group().empty(); });
  for (const CLI::App* sub : below) {
    place.subcommands.push_back({sub->get_name(), sub->get_description()});
  }
  all.push_back(place);
  for (const CLI::App* sub : below) add_place(all, *sub, &place);
}

}  // namespace

std::vector<Place> places(const CLI::App& root) {
  std::vector<Place> all;
  add_place(all, root, nullptr);
  return all;
}

}  // namespace roost::cli
