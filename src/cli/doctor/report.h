// The report card: lines for people, JSON for programs, and the table of the examinations for
// docs/doctor.md.
#pragma once

#include <span>
#include <string>

#include "admin/json.h"
#include "cli/doctor/examination.h"

namespace roost::doctor {

struct Examined {
  const Examination* examination = nullptr;
  Finding finding;
};

// One line, without its end; more of them where there is something to explain.
[[nodiscard]] std::string text_of(const Examined& examined);
// "21 pass, 2 warn, 1 fail, 4 skipped"
[[nodiscard]] std::string summary_of(std::span<const Examined> all);
[[nodiscard]] admin::Json json_of(std::span<const Examined> all);
// As a table of Markdown.
[[nodiscard]] std::string table_of(std::span<const Examination> all);

}  // namespace roost::doctor
