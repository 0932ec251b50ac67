// The command line of `roost doctor`. What it does with servers is tests/interop/doctor_test.py.
#include "cli/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/command.h"

namespace roost::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome examining(const std::vector<std::string>& arguments) {
  constexpr Command kCommands[] = {{"doctor", "Examine a server", doctor}};
  std::vector<const char*> argv = {"roost", "doctor"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run(kCommands, static_cast<int>(argv.size()), argv.data());
  std::string out = testing::internal::GetCapturedStdout();
  return {code, std::move(out), testing::internal::GetCapturedStderr()};
}

TEST(Doctor, WhatMakesNoSenseIsUsage) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"INBOX"},
                                                    {"imaps://wren@h", "imaps://wren@other"},
                                                    {"imaps://wren@h/a", "imaps://wren@h/b"},
                                                    {"imaps://wren@h/*"},
                                                    {"imaps://wren@h", "--only", "pulse"},
                                                    {"imaps://wren@h", "--rest", "0"},
                                                    {"imaps://wren@h", "--rite"}}) {
    EXPECT_EQ(examining(arguments).code, 2) << testing::PrintToString(arguments);
  }
}

TEST(Doctor, AsksForTheServer) {
  EXPECT_THAT(examining({}).err, HasSubstr("what is to be examined?"));
}

TEST(Doctor, APasswordOnTheCommandLineIsNotRepeated) {
  const Outcome outcome = examining({"imaps://wren:open-sesame@h"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, Not(HasSubstr("sesame")));
}

TEST(Doctor, WhatCannotBeReachedIsNotExamined) {
  const Outcome outcome =
      examining({"imaps://wren@127.0.0.1:1", "--password-command", "printf secret"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("127.0.0.1: Connection refused"));
}

TEST(Doctor, SaysWhatItExamines) {
  const Outcome outcome = examining({"--examinations"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("| `arrival` |"));
}

}  // namespace
}  // namespace roost::cli
