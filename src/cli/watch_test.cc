// The command line of `roost watch`. What it does with a server is tests/interop/watch_test.py.
#include "cli/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/temporary_directory.h"
#include "cli/command.h"

namespace roost::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Outcome {
  int code;
  std::string err;
};

Outcome watching(const std::vector<std::string>& arguments) {
  constexpr Command kCommands[] = {
      {.name = "watch", .summary = "Watch mailboxes", .setup_with_program = watch}};
  std::vector<const char*> argv = {"roost", "watch"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run(kCommands, static_cast<int>(argv.size()), argv.data());
  (void)testing::internal::GetCapturedStdout();
  return {code, testing::internal::GetCapturedStderr()};
}

class WatchTest : public testing::Test {
 protected:
  WatchTest() {
    std::ofstream(password_) << "secret\n";
    std::filesystem::permissions(password_, std::filesystem::perms(0600));
  }
  const TemporaryDirectory directory_;
  const std::string password_ = directory_ / "password";
};

TEST_F(WatchTest, WhatMakesNoSenseIsUsage) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"INBOX"},
                                                    {"imaps://wren@h", "--once"},
                                                    {"imaps://wren@h", "--settle", "soon"},
                                                    {"imaps://wren@h", "--settle", ""},
                                                    {"imaps://wren@h", "--exec", "'"},
                                                    {"imaps://wren@h", "--exec", ""},
                                                    {"imaps://wren@h", "--exec", "a", "--", "b"},
                                                    {"imaps://wren@h", "--config", "/dev/null"},
                                                    {"imaps://wren@h", "--sate", "x"}}) {
    EXPECT_EQ(watching(arguments).code, 2) << testing::PrintToString(arguments);
  }
}

TEST_F(WatchTest, APasswordOnTheCommandLineIsNotRepeated) {
  const Outcome outcome = watching({"imaps://wren:open-sesame@h"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, Not(HasSubstr("sesame")));
}

TEST_F(WatchTest, WhatCannotBeReadIsFailure) {
  EXPECT_EQ(watching({"--config", "/nowhere"}).code, 1);
  EXPECT_EQ(watching({"imaps://wren@h", "--password-file", "/nowhere"}).code, 1);
  std::filesystem::permissions(password_, std::filesystem::perms(0644));
  EXPECT_THAT(watching({"imaps://wren@h", "--password-file", password_}).err,
              HasSubstr("chmod 600"));
}

// An option that may come several times takes no URL for its own.
TEST_F(WatchTest, SettingsAreChecked) {
  const Outcome pin = watching({"--password-file", password_, "--pin", "zz", "imaps://wren@h"});
  EXPECT_EQ(pin.code, 1);
  EXPECT_THAT(pin.err, HasSubstr("zz"));
  const Outcome state = watching(
      {"--password-file", password_, "--state", password_, "imaps://wren@h", "--", "true", "-x"});
  EXPECT_EQ(state.code, 1);
  EXPECT_THAT(state.err, HasSubstr(password_));
}

}  // namespace
}  // namespace roost::cli
