// The shells themselves are asked what they would complete. Those that are not installed are
// skipped.
#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/temporary_directory.h"
#include "cli/commands.h"
#include "cli/completion/places.h"
#include "cli/completion/scripts.h"

namespace roost::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

using Words = std::vector<std::string>;

// A command line with everything that a shell could misread.
class Nest {
 public:
  Nest() : app_("", "nest") {
    constexpr const char* kAwkward = R"(it's [a] "b": $HOME `id` \n $(id) 100% {x})";
    CLI::App* lay = app_.add_subcommand("lay", kAwkward);
    lay->add_option("-k,--kind", text_, kAwkward)
        ->check(
            CLI::IsMember({"brown egg", "it's", "$HOME", "a:b", "[x]", "back\\slash", "plain"}));
    lay->add_option("--into", text_, "where")->type_name("DIR");
    lay->add_option("--twig", texts_, "of what")->type_name("FILE")->take_all();
    lay->add_option("--eggs", number_, "how many")->type_name("COUNT")->check(CLI::Range(1, 9));
    lay->add_flag("-q,--quiet", flag_, "say nothing");
    lay->add_option("FILE", text_, "a list");
    lay->add_option("--secret", text_, "for nobody")->group("");
    CLI::App* birds = app_.add_subcommand("birds", "who lives here");
    birds->add_option("--data", text_, "where")->type_name("DIR");
    birds->require_subcommand(1);
    CLI::App* add = birds->add_subcommand("add", "one more")->fallthrough();
    add->add_option("NAME", text_, "whom");
    birds->add_subcommand("list", "who is there")->add_flag("--json", flag_, "as JSON");
    app_.add_subcommand("none", "hidden")->group("");
  }
  [[nodiscard]] std::vector<Place> places() const { return cli::places(app_); }

 private:
  CLI::App app_;
  std::string text_;
  Words texts_;
  int number_ = 0;
  bool flag_ = false;
};

Words kinds() { return {"brown egg", "it's", "$HOME", "a:b", "[x]", "back\\slash", "plain"}; }

class CompletionTest : public testing::Test {
 protected:
  static bool installed(const std::string& shell) {
    return std::system(("command -v " + shell + " >/dev/null").c_str()) == 0;
  }

  std::string written(const std::string& name, const std::string& text) {
    const std::string file = (directory_ / name).string();
    std::ofstream(file) << text;
    return file;
  }

  // The lines that a command prints, both ways.
  static Words said_by(const std::string& command) {
    Words lines;
    std::FILE* const out = popen((command + " 2>&1").c_str(), "r");
    std::array<char, 4096> line{};
    while (std::fgets(line.data(), line.size(), out) != nullptr) {
      lines.emplace_back(line.data());
      if (lines.back().ends_with('\n')) lines.back().pop_back();
    }
    EXPECT_EQ(pclose(out), 0) << command << testing::PrintToString(lines);
    return lines;
  }

  // The last of the words is the one that is completed.
  Words bash(const std::vector<Place>& places, const Words& words) {
    std::string line;
    for (const std::string& word : words) line += shell_quoted(word) + " ";
    const std::string driver = "compopt() { echo \"compopt $*\"; }\nset -u\nCOMP_WORDS=(" + line +
                               ")\nCOMP_CWORD=" + std::to_string(words.size() - 1) + "\n_" +
                               places.front().path +
                               "\n[[ ${#COMPREPLY[@]} == 0 ]] || printf '%s\\n' "
                               "\"${COMPREPLY[@]}\"\n";
    return said_by("bash --norc " + written("ask.bash", bash_completion(places) + driver));
  }

  Words fish(const std::vector<Place>& places, const std::string& line) {
    const std::string driver = "complete -C " + shell_quoted(line) + "\n";
    Words words = said_by("cd " + directory_.path().string() + " && HOME=$PWD fish --no-config " +
                          written("ask.fish", fish_completion(places) + driver));
    for (std::string& word : words) word.resize(std::min(word.find('\t'), word.size()));
    return words;
  }

  // An interactive zsh on a terminal of its own: types the line, and a tab; says what is added to
  // the matches.
  Words zsh(const std::vector<Place>& places, const std::string& line);

  const TemporaryDirectory directory_;
};

std::vector<Place> of_roost() { return places(CommandLine(commands()).parser()); }

TEST(Places, AreReadOffTheParser) {
  const std::vector<Place> all = Nest().places();
  Words paths;
  for (const Place& place : all) paths.push_back(place.path);
  EXPECT_THAT(paths,
              ElementsAre("nest", "nest lay", "nest birds", "nest birds add", "nest birds list"));
  const Place& lay = all[1];
  ASSERT_EQ(lay.options.size(), 6U);  // --secret is hidden
  EXPECT_THAT(lay.options[0].names, ElementsAre("-h", "--help"));
  EXPECT_FALSE(lay.options[0].value);
  EXPECT_THAT(lay.options[1].value->choices, testing::ElementsAreArray(kinds()));
  EXPECT_EQ(lay.options[1].value->name, "TEXT");
  EXPECT_EQ(lay.options[2].value->kind, ValueWord::Kind::kDirectory);
  EXPECT_EQ(lay.options[3].value->kind, ValueWord::Kind::kFile);
  EXPECT_TRUE(lay.options[3].value->repeatable);
  EXPECT_EQ(lay.options[4].value->name, "COUNT");
  EXPECT_FALSE(lay.options[5].value);
  EXPECT_EQ(lay.arguments.at(0).kind, ValueWord::Kind::kFile);
  // What stands above may follow below only if it falls through.
  EXPECT_EQ(all[3].options.size(), 2U);
  EXPECT_THAT(all[3].options[1].names, ElementsAre("--data"));
  EXPECT_THAT(all[4].options[1].names, ElementsAre("--json"));
}

TEST(Places, OfRoost) {
  Words paths;
  for (const Place& place : of_roost()) paths.push_back(place.path);
  EXPECT_THAT(paths, IsSupersetOf({"roost", "roost serve", "roost user add", "roost completion"}));
}

TEST_F(CompletionTest, BashCompletesRoost) {
  if (!installed("bash")) GTEST_SKIP() << "bash is not installed";
  const auto all = of_roost();
  EXPECT_THAT(bash(all, {"roost", ""}), IsSupersetOf({"serve", "user", "check", "completion"}));
  EXPECT_THAT(bash(all, {"roost", "se"}), ElementsAre("serve"));
  EXPECT_THAT(bash(all, {"roost", "-"}), UnorderedElementsAre("-h", "--help", "--version"));
  EXPECT_THAT(bash(all, {"roost", "user", ""}),
              ElementsAre("add", "passwd", "del", "list", "import"));
  EXPECT_THAT(bash(all, {"roost", "user", "--data", "x", "a"}), ElementsAre("add"));
  EXPECT_THAT(bash(all, {"roost", "user", "--data", "=", "list", "a"}), ElementsAre("add"));
  EXPECT_THAT(bash(all, {"roost", "user", "add", "--d"}), ElementsAre("--data"));
  EXPECT_THAT(bash(all, {"roost", "user", "list", "--"}), Contains("--json"));
  EXPECT_THAT(bash(all, {"roost", "user", "add", "--"}), Not(Contains("--json")));
  EXPECT_THAT(bash(all, {"roost", "serve", "--imap"}), ElementsAre("--imap", "--imaps"));
  EXPECT_THAT(bash(all, {"roost", "serve", "--log", ""}),
              ElementsAre("debug", "info", "warning", "error"));
  EXPECT_THAT(bash(all, {"roost", "serve", "--log", "="}), Contains("debug"));
  EXPECT_THAT(bash(all, {"roost", "serve", "--log", "=", "w"}), ElementsAre("warning"));
  EXPECT_THAT(bash(all, {"roost", "serve", "--imap", ""}), IsEmpty());
  EXPECT_THAT(bash(all, {"roost", "serve", "--imap", "*", ":", "143", "--h"}),
              ElementsAre("--help", "--http"));
  EXPECT_THAT(bash(all, {"roost", "serve", "--config", "x"}), ElementsAre("compopt -o default"));
  EXPECT_THAT(bash(all, {"roost", "serve", "--data", ""}), ElementsAre("compopt -o dirnames"));
  EXPECT_THAT(bash(all, {"roost", "user", "import", ""}), ElementsAre("compopt -o default"));
  EXPECT_THAT(bash(all, {"roost", "user", "add", ""}), IsEmpty());
  EXPECT_THAT(bash(all, {"roost", "check", "--", "-"}), ElementsAre("compopt -o default"));
  EXPECT_THAT(bash(all, {"roost", "nest", ""}), Contains("serve"));
  EXPECT_THAT(bash(all, {"roost", "completion", "z"}), ElementsAre("zsh"));
}

// What is inserted is quoted as bash reads it: the word itself comes back from `eval`.
TEST_F(CompletionTest, BashTakesWordsAsTheyAre) {
  if (!installed("bash")) GTEST_SKIP() << "bash is not installed";
  const auto all = Nest().places();
  const Words quoted = bash(all, {"nest", "lay", "-k", ""});
  std::string script = "printf '%s\\n'";
  for (const std::string& word : quoted) script += " " + word;
  EXPECT_EQ(said_by("bash --norc " + written("words.bash", script)), kinds());
}

TEST_F(CompletionTest, FishCompletesRoost) {
  if (!installed("fish")) GTEST_SKIP() << "fish is not installed";
  const auto all = of_roost();
  written("roost.toml", "");
  std::filesystem::create_directory(directory_ / "roosts");
  EXPECT_THAT(said_by("fish --no-execute " + written("roost.fish", fish_completion(all))),
              IsEmpty());
  EXPECT_THAT(fish(all, "roost "), IsSupersetOf({"serve", "user", "check", "completion"}));
  EXPECT_THAT(fish(all, "roost se"), ElementsAre("serve"));
  EXPECT_THAT(fish(all, "roost -"), UnorderedElementsAre("-h", "--help", "--version"));
  EXPECT_THAT(fish(all, "roost user "),
              UnorderedElementsAre("add", "passwd", "del", "list", "import"));
  EXPECT_THAT(fish(all, "roost user --data list a"), ElementsAre("add"));
  EXPECT_THAT(fish(all, "roost user add --d"), ElementsAre("--data"));
  EXPECT_THAT(fish(all, "roost user list --"), Contains("--json"));
  EXPECT_THAT(fish(all, "roost user add --"), Not(Contains("--json")));
  EXPECT_THAT(fish(all, "roost user add "), IsEmpty());
  EXPECT_THAT(fish(all, "roost serve --log "),
              UnorderedElementsAre("debug", "info", "warning", "error"));
  EXPECT_THAT(fish(all, "roost serve --log=w"), ElementsAre("--log=warning"));
  EXPECT_THAT(fish(all, "roost serve --imap "), IsEmpty());
  EXPECT_THAT(fish(all, "roost serve --config roost"),
              IsSupersetOf({"roost.toml", "roost.fish", "roosts/"}));
  EXPECT_THAT(fish(all, "roost serve --data roost"), ElementsAre("roosts/"));
  EXPECT_THAT(fish(all, "roost user import roost.t"), ElementsAre("roost.toml"));
  EXPECT_THAT(fish(all, "roost check -- roost.t"), ElementsAre("roost.toml"));
}

TEST_F(CompletionTest, FishTakesWordsAsTheyAre) {
  if (!installed("fish")) GTEST_SKIP() << "fish is not installed";
  const auto all = Nest().places();
  EXPECT_THAT(fish(all, "nest lay -k "), testing::UnorderedElementsAreArray(kinds()));
  EXPECT_THAT(fish(all, "nest l"), ElementsAre("lay"));
}

Words CompletionTest::zsh(const std::vector<Place>& places, const std::string& line) {
  written("_" + places.front().path, zsh_completion(places));
  written("inner.zsh", R"(
    unsetopt beep
    PROMPT= fpath=($DIRECTORY $fpath)
    autoload -Uz compinit && compinit -u -D
    zstyle ':completion:*' format ''
    compadd() {
      local -a offered
      if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
        builtin compadd -O offered "$@"
        print -rl -- $offered >>$DIRECTORY/offered
      fi
      builtin compadd "$@"
    }
    leave() { exit }
    zle -N leave
    bindkey '^I' complete-word
    bindkey '^X' leave
  )");
  const std::string driver = written("ask.zsh", R"(
    zmodload zsh/zpty
    cd $DIRECTORY
    : >offered
    zpty shell zsh -f -i
    zpty -w shell "source $DIRECTORY/inner.zsh"
    zpty -w -n shell "$LINE"$'\t\x18'
    while zpty -r shell output; do done
    cat offered
  )");
  return said_by("DIRECTORY=" + directory_.path().string() + " LINE=" + shell_quoted(line) +
                 " zsh -f " + driver);
}

TEST_F(CompletionTest, ZshCompletesRoost) {
  if (!installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  const auto all = of_roost();
  EXPECT_THAT(said_by("zsh -f -n " + written("_roost", zsh_completion(all))), IsEmpty());
  written("roost.toml", "");
  std::filesystem::create_directory(directory_ / "roosts");
  EXPECT_THAT(zsh(all, "roost "), IsSupersetOf({"serve", "user", "check", "completion"}));
  EXPECT_THAT(zsh(all, "roost user --data x "), IsSupersetOf({"add", "list"}));
  EXPECT_THAT(zsh(all, "roost user add --d"), Contains("--data"));
  EXPECT_THAT(zsh(all, "roost serve --log "), IsSupersetOf({"debug", "warning"}));
  EXPECT_THAT(zsh(all, "roost serve --data "), Contains(StartsWith("roosts")));
}

TEST_F(CompletionTest, ZshTakesWordsAsTheyAre) {
  if (!installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  const auto all = Nest().places();
  EXPECT_THAT(zsh(all, "nest lay -k "), IsSupersetOf(kinds()));
  EXPECT_THAT(zsh(all, "nest l"), Contains("lay"));
}

}  // namespace
}  // namespace roost::cli
