#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace roost::log {
namespace {

using testing::MatchesRegex;

class Log : public testing::Test {
 protected:
  void SetUp() override { testing::internal::CaptureStderr(); }
  void TearDown() override { set_level(Level::kInfo); }
  static std::string written() { return testing::internal::GetCapturedStderr(); }
};

TEST_F(Log, ARecordIsTimeLevelAndText) {
  info("{} of {}", 1, "two");
  EXPECT_THAT(written(), MatchesRegex("....-..-..T..:..:..\\....Z info 1 of two\n"));
}

TEST_F(Log, ARecordIsOneLineWhateverIsInIt) {
  error("{}", "a\r\nb\x1b[0m\t\x7f");
  EXPECT_THAT(written(), testing::EndsWith(" error a\\r\\nb\\x1b[0m\\t\\x7f\n"));
}

TEST_F(Log, BracesInArgumentsAreText) {
  warning("{}", "{} {0}");
  EXPECT_THAT(written(), testing::EndsWith(" warning {} {0}\n"));
}

TEST_F(Log, RecordsBelowTheLevelAreDropped) {
  debug("no");
  set_level(Level::kError);
  EXPECT_FALSE(enabled(Level::kWarning));
  warning("no");
  set_level(Level::kDebug);
  EXPECT_TRUE(enabled(Level::kDebug));
  debug("yes");
  EXPECT_THAT(written(), MatchesRegex("[^\n]* debug yes\n"));
}

TEST(LogText, EscapeKeepsUtf8) {
  EXPECT_EQ(escape("é日"), "é日");
  EXPECT_EQ(escape(std::string_view("\0", 1)), "\\x00");
}

TEST(LogText, LevelsByName) {
  EXPECT_EQ(level_named("debug"), Level::kDebug);
  EXPECT_EQ(level_named("info"), Level::kInfo);
  EXPECT_EQ(level_named("warning"), Level::kWarning);
  EXPECT_EQ(level_named("error"), Level::kError);
  EXPECT_EQ(level_named("loud"), std::nullopt);
}

}  // namespace
}  // namespace roost::log
