#include "tests/harness/script.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>

#include "base/ascii.h"

namespace roost::harness {

namespace {

constexpr std::string_view kArrow = " -> ";
constexpr std::string_view kAnything = "...";
constexpr std::array<std::string_view, 5> kInProcessOnly = {"hold", "release", "stall", "resume",
                                                            "later"};

bool is_name(std::string_view word) {
  return !word.empty() && word[0] >= 'A' && word[0] <= 'Z' &&
         std::ranges::all_of(word, [](char c) { return is_alpha(c) || is_digit(c); });
}

// "A: text -> reply", "A< line", "A<< line", "A!", "A> octets".
std::optional<Step> speech(std::string_view line) {
  const std::size_t end = line.find_first_of(":<!>");
  if (end == std::string_view::npos || !is_name(line.substr(0, end))) return std::nullopt;
  Step step{.who = std::string(line.substr(0, end))};
  std::string_view rest = line.substr(end + 1);
  switch (line[end]) {
    case ':':
      step.kind = Step::Kind::kSend;
      if (const std::size_t arrow = rest.rfind(kArrow); arrow != std::string_view::npos) {
        step.reply = trim(rest.substr(arrow + kArrow.size()));
        rest = rest.substr(0, arrow);
        rest = rest.substr(0, rest.find_last_not_of(' ') + 1);
      }
      break;
    case '<':
      step.kind = rest.starts_with('<') ? Step::Kind::kExpectLater : Step::Kind::kExpect;
      if (rest.starts_with('<')) rest.remove_prefix(1);
      break;
    case '>':
      step.kind = Step::Kind::kSendOctets;
      break;
    default:
      step.kind = Step::Kind::kSilence;
      break;
  }
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  step.text = rest;
  return step;
}

}  // namespace

bool Script::needs_steps() const {
  return std::ranges::any_of(steps, [](const Step& step) {
    return step.kind == Step::Kind::kDirective &&
           std::ranges::find(kInProcessOnly, step.who) != kInProcessOnly.end();
  });
}

Result<Script> read_script(const std::filesystem::path& file) {
  Script script{.file = file};
  std::ifstream in(file);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.starts_with("# name: ")) script.name = line.substr(8);
    if (line.empty() || line.starts_with('#')) continue;
    auto step = speech(line);
    if (!step) {
      const std::size_t space = std::min(line.find(' '), line.size());
      step = Step{.kind = Step::Kind::kDirective,
                  .who = line.substr(0, space),
                  .text = std::string(trim(line.substr(space)))};
    }
    step->line_number = number;
    script.steps.push_back(*std::move(step));
  }
  if (script.name.empty()) return fail(ErrorCode::kInvalid, file.string() + ": has no name");
  if (script.steps.empty()) return fail(ErrorCode::kInvalid, file.string() + ": does nothing");
  return script;
}

std::string unescape(std::string_view quoted) {
  if (quoted.size() >= 2 && quoted.starts_with('"') && quoted.ends_with('"')) {
    quoted = quoted.substr(1, quoted.size() - 2);
  }
  std::string octets;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] != '\\' || i + 1 == quoted.size()) {
      octets += quoted[i];
      continue;
    }
    switch (const char c = quoted[++i]) {
      case 'r':
        octets += '\r';
        break;
      case 'n':
        octets += '\n';
        break;
      case 't':
        octets += '\t';
        break;
      case 'x':
        octets += static_cast<char>(std::stoi(std::string(quoted.substr(i + 1, 2)), nullptr, 16));
        i += 2;
        break;
      default:
        octets += c;
        break;
    }
  }
  return octets;
}

bool matches(std::string_view pattern, std::string_view line) {
  std::size_t gap = pattern.find(kAnything);
  if (gap == std::string_view::npos) return pattern == line;
  if (!line.starts_with(pattern.substr(0, gap))) return false;
  line.remove_prefix(gap);
  pattern.remove_prefix(gap + kAnything.size());
  while ((gap = pattern.find(kAnything)) != std::string_view::npos) {
    const std::size_t found = line.find(pattern.substr(0, gap));
    if (found == std::string_view::npos) return false;
    line.remove_prefix(found + gap);
    pattern.remove_prefix(gap + kAnything.size());
  }
  return line.ends_with(pattern);
}

}  // namespace roost::harness
