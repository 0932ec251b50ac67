// docs/man/ and the program say the same: a page for each subcommand, with its options and no
// others, and roost.toml(5) with the settings and their defaults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/completion/places.h"

namespace roost::cli {
namespace {

using testing::Contains;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

using Lines = std::vector<std::string>;

const std::filesystem::path kRoot = ROOST_SOURCE_DIR;

Lines lines_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in.is_open()) << file << " is missing";
  Lines lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What stands under ".Sh NAME".
Lines section(const Lines& page, const std::string& name) {
  Lines found;
  bool inside = false;
  for (const std::string& line : page) {
    if (line.starts_with(".Sh ")) {
      inside = line == ".Sh " + name;
    } else if (inside) {
      found.push_back(line);
    }
  }
  return found;
}

// The heads of a section's list.
Lines items(const Lines& page, const std::string& name) {
  constexpr std::string_view kItem = ".It ";
  Lines heads;
  for (const std::string& line : section(page, name)) {
    if (line.starts_with(kItem)) heads.push_back(line.substr(kItem.size()));
  }
  return heads;
}

std::string joined(const Lines& words, const std::string& between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

// In mdoc, as are all that follow.
std::string value(const ValueWord& word) {
  return word.choices.empty() ? "Ar " + word.name : "Cm " + joined(word.choices, " | ");
}

std::string option(const OptionWord& word) {
  Lines names;
  for (const std::string& name : word.names) names.push_back("Fl " + name.substr(1));
  return joined(names, " , ") + (word.value ? " " + value(*word.value) : "");
}

std::string subcommand(const Place& place) {
  std::string text = "Cm " + place.path.substr(place.path.rfind(' ') + 1);
  for (const ValueWord& argument : place.arguments) text += " " + value(argument);
  return text;
}

// A page: of roost alone, or of one of its subcommands with all that is under it.
struct Page {
  std::string name;
  std::string summary;
  std::vector<Place> places;
};

std::vector<Page> pages() {
  const CommandLine command_line(commands());
  const std::vector<Place> all = places(command_line.parser());
  std::vector<Page> pages = {{"roost", "", {all.front()}}};
  for (const SubcommandWord& sub : all.front().subcommands) {
    Page& page = pages.emplace_back(Page{"roost-" + sub.name, sub.summary, {}});
    const std::string path = "roost " + sub.name;
    for (const Place& place : all) {
      if (place.path == path || place.path.starts_with(path + " ")) page.places.push_back(place);
    }
  }
  return pages;
}

std::filesystem::path file_of(const Page& page) { return kRoot / "docs/man" / (page.name + ".1"); }

TEST(ManPages, ThereIsOneForEachCommand) {
  Lines expected = {"roost.toml.5"};
  for (const Page& page : pages()) expected.push_back(page.name + ".1");
  Lines found;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot / "docs/man")) {
    found.push_back(entry.path().filename());
  }
  EXPECT_THAT(found, UnorderedElementsAreArray(expected));
}

TEST(ManPages, HaveTheOptionsOfTheCommand) {
  for (const Page& page : pages()) {
    SCOPED_TRACE(page.name);
    const Lines text = lines_of(file_of(page));
    const std::string synopsis = joined(section(text, "SYNOPSIS"), "\n") + "\n";
    Lines expected;
    for (const Place& place : page.places) {
      for (const OptionWord& word : place.options) {
        const std::string head = option(word);
        if (std::ranges::find(expected, head) != expected.end()) continue;
        expected.push_back(head);
        if (word.names.back() != "--help") {
          EXPECT_THAT(synopsis,
                      testing::ContainsRegex("Fl " + word.names.back().substr(1) + "\\b"));
        }
      }
    }
    EXPECT_THAT(items(text, "OPTIONS"), UnorderedElementsAreArray(expected));
  }
}

TEST(ManPages, HaveTheSubcommandsAndArguments) {
  for (const Page& page : pages()) {
    SCOPED_TRACE(page.name);
    const Lines text = lines_of(file_of(page));
    Lines expected;
    if (page.name == "roost") {
      for (const SubcommandWord& sub : page.places.front().subcommands) {
        expected.push_back("Cm " + sub.name);
      }
    } else {
      for (std::size_t i = 1; i < page.places.size(); ++i) {
        expected.push_back(subcommand(page.places[i]));
      }
    }
    EXPECT_THAT(items(text, "COMMANDS"), UnorderedElementsAreArray(expected));
    for (const Place& place : page.places) {
      for (const ValueWord& argument : place.arguments) {
        EXPECT_THAT(joined(section(text, "SYNOPSIS"), "\n"), HasSubstr(value(argument)));
      }
    }
  }
}

TEST(ManPages, SayWhatHelpSays) {
  for (const Page& page : pages()) {
    if (page.summary.empty()) continue;
    std::string summary = page.summary;
    summary.front() = static_cast<char>(std::tolower(summary.front()));
    EXPECT_THAT(section(lines_of(file_of(page)), "NAME"), Contains(".Nd " + summary)) << page.name;
  }
}

TEST(ManPages, ReferToOneAnother) {
  const std::string see_also =
      joined(section(lines_of(kRoot / "docs/man/roost.1"), "SEE ALSO"), "\n");
  for (const Page& page : pages()) {
    if (page.name == "roost") continue;
    EXPECT_THAT(see_also, HasSubstr(".Xr " + page.name + " 1"));
    EXPECT_THAT(section(lines_of(file_of(page)), "SEE ALSO"),
                Contains(testing::StartsWith(".Xr roost 1")))
        << page.name;
  }
}

// "[listen]", "imap = …": of the file that is the reference for keys and defaults.
Lines settings_of_the_example() {
  Lines found;
  for (const std::string& line : lines_of(kRoot / "roost.toml.example")) {
    if (line.empty() || line[line.find_first_not_of(' ')] == '#') continue;
    const std::string setting = line.substr(0, line.find(" #"));
    found.push_back(setting.substr(0, setting.find_last_not_of(' ') + 1));
  }
  return found;
}

Lines settings_of_the_page() {
  constexpr std::string_view kTable = ".Ss ";
  constexpr std::string_view kKey = ".It Li ";
  Lines found;
  for (std::string line : section(lines_of(kRoot / "docs/man/roost.toml.5"), "DESCRIPTION")) {
    for (std::size_t at = line.find("\\(dq"); at != std::string::npos; at = line.find("\\(dq")) {
      line.replace(at, 4, "\"");
    }
    if (line.starts_with(kTable)) found.push_back(line.substr(kTable.size()));
    if (line.starts_with(kKey)) found.push_back(line.substr(kKey.size()));
  }
  return found;
}

// That these are the settings that are read is base/config_test.cc.
TEST(ManPages, HaveTheSettingsWithTheirDefaults) {
  const Lines expected = settings_of_the_example();
  EXPECT_GT(expected.size(), 20U);
  EXPECT_THAT(settings_of_the_page(), ElementsAreArray(expected));
}

// The keys that the options of roost watch read of its file, in their order.
Lines settings_of_watch() {
  const std::regex read(R"rx(\b(read|tables)\("(\w+)")rx");
  Lines found;
  for (const std::string& line : lines_of(kRoot / "src/cli/watch/options.cc")) {
    std::smatch match;
    if (!std::regex_search(line, match, read)) continue;
    found.push_back(match[1] == "read" ? ".It Li " + match[2].str()
                                       : ".Ss [[" + match[2].str() + "]]");
  }
  return found;
}

TEST(ManPages, HaveTheSettingsOfWatch) {
  Lines found = section(lines_of(kRoot / "docs/man/roost-watch.1"), "CONFIGURATION");
  std::erase_if(found, [](const std::string& line) {
    return !line.starts_with(".It ") && !line.starts_with(".Ss ");
  });
  EXPECT_GT(found.size(), 10U);
  EXPECT_THAT(found, ElementsAreArray(settings_of_watch()));
}

}  // namespace
}  // namespace roost::cli
