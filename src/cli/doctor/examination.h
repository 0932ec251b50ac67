// What is examined, in one table: its order is that of a run, and the report, the JSON and
// docs/doctor.md have it from here. One file for each, in examinations/.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cli/doctor/finding.h"

namespace roost::doctor {

class Ward;

struct Examination {
  enum class Takes : std::uint8_t {
    kNothing,
    kWriting,   // mailboxes of our own: --write
    kPatience,  // minutes: --long
  };
  std::string_view name;
  std::string_view question;
  std::string_view rfc;      // by which it is judged
  std::string_view meaning;  // of a finding other than pass, for who waits for mail
  Takes takes = Takes::kNothing;
  std::string_view capability;  // without which there is nothing to examine; empty: none
  Finding (*examine)(Ward& ward) = nullptr;
};

[[nodiscard]] std::span<const Examination> examinations();

// Examines, and closes all connections that it took. A problem with one of them that the
// examination has not reckoned with is the finding.
[[nodiscard]] Finding examine(const Examination& examination, Ward& ward);

}  // namespace roost::doctor
