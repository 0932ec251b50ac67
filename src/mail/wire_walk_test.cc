#include "mail/wire_walk.h"

#include <gtest/gtest.h>

#include "base/ascii.h"
#include "mail/wire_string.h"

namespace roost::mail {
namespace {

TEST(WireWalk, TakesValuesOfEveryKind) {
  WireWalk walk("\"a\\\"b\" {3}\r\n)(\" NIL 12 (1 (\"x\" {1}\r\n)) ())");
  EXPECT_EQ(walk.value(), "\"a\\\"b\"");
  EXPECT_TRUE(walk.take(' '));
  EXPECT_EQ(walk.value(), "{3}\r\n)(\"");
  EXPECT_TRUE(walk.take(' '));
  EXPECT_EQ(walk.value(), "NIL");
  EXPECT_TRUE(walk.take(' '));
  EXPECT_EQ(walk.value(), "12");
  EXPECT_TRUE(walk.take(' '));
  EXPECT_EQ(walk.value(), "(1 (\"x\" {1}\r\n)) ())");
  EXPECT_TRUE(walk.ok());
  EXPECT_TRUE(walk.at_end());
}

TEST(WireWalk, GivesBackWhatAStringSays) {
  for (const std::string s : {"", "plain", "with \"quotes\" and \\", "two\r\nlines", "\xc3\xa4"}) {
    std::string wire;
    append_string(wire, s);
    EXPECT_EQ(WireWalk(wire).nstring(), s);
  }
}

TEST(WireWalk, TellsNilFromWhatIsNoString) {
  for (const char* text : {"NIL", "nil", "12", "NILL", "(\"a\")", ")", ""}) {
    WireWalk walk(text);
    EXPECT_EQ(walk.nstring(), std::nullopt) << text;
    EXPECT_EQ(walk.ok(), equal_ignoring_case(text, "NIL")) << text;
  }
}

TEST(WireWalk, FailsOnWhatIsCutOff) {
  for (const char* broken :
       {"", "\"abc", "\"abc\\", "{5}\r\nabc", "{5}", "{99999999999999999999}\r\nx", "(1 2", "(\"a",
        ")", "(((", "{-1}\r\n"}) {
    WireWalk walk(broken);
    EXPECT_EQ(walk.value(), "") << broken;
    EXPECT_FALSE(walk.ok()) << broken;
  }
}

}  // namespace
}  // namespace roost::mail
