#include "imap/command_table.h"

#include <gtest/gtest.h>

#include <string>

namespace roost::imap {
namespace {

// EXPUNGE has no arguments; its answer is VANISHED where numbers are not wanted.
TEST(CommandTable, WhatHasAUidCommandSpeaksOfMessagesByNumberWithoutIt) {
  for (const CommandRow& row : command_table()) {
    const bool by_uid = row.name.starts_with("UID ");
    const bool by_number =
        find_command("UID " + std::string(row.name)) != nullptr && row.name != "EXPUNGE";
    const auto wanted = by_uid      ? std::optional(Addressed::kByUid)
                        : by_number ? std::optional(Addressed::kByNumber)
                                    : std::nullopt;
    EXPECT_EQ(row.addressed, wanted) << row.name;
  }
}

}  // namespace
}  // namespace roost::imap
