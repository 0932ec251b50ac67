// Script: a conversation of several clients with a server, read from a file that looks like the
// protocol. tests/README.md describes the language.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace roost::harness {

struct Step {
  enum class Kind : std::uint8_t {
    kSend,         // A: text -> reply
    kSendOctets,   // A> "octets"
    kExpect,       // A< line
    kExpectLater,  // A<< line: perhaps behind others
    kSilence,      // A!
    kDirective,    // word arguments…
  };
  Kind kind;
  int line_number;
  std::string who;   // of kDirective: the word
  std::string text;  // of kDirective: the arguments
  std::string reply;
};

struct Script {
  std::filesystem::path file;
  std::string name;  // "idle/exists_after_delivery", from the head of the file
  std::vector<Step> steps;

  // Something in it can only be done in process, where time and batons are the test's.
  [[nodiscard]] bool needs_steps() const;
};

// kInvalid names the line.
[[nodiscard]] Result<Script> read_script(const std::filesystem::path& file);

// "line" with "\r", "\n", "\t", "\\", "\"" and "\x41" replaced.
[[nodiscard]] std::string unescape(std::string_view quoted);

// Whether line is what pattern says, in which "..." stands for anything.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view line);

}  // namespace roost::harness
