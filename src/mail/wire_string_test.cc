#include "mail/wire_string.h"

#include <gtest/gtest.h>

namespace roost::mail {
namespace {

std::string as_string(std::string_view s) {
  std::string out;
  append_string(out, s);
  return out;
}

TEST(WireString, QuotesWhatItCan) {
  EXPECT_EQ(as_string(""), "\"\"");
  EXPECT_EQ(as_string("a b"), "\"a b\"");
  EXPECT_EQ(as_string("NIL"), "\"NIL\"");
}

TEST(WireString, EscapesQuoteAndBackslash) { EXPECT_EQ(as_string(R"(a"b\c)"), R"("a\"b\\c")"); }

TEST(WireString, SendsLineEndsAndEightBitOctetsAsLiteral) {
  EXPECT_EQ(as_string("a\r\nb"), "{4}\r\na\r\nb");
  EXPECT_EQ(as_string("\xc3\xa4"), "{2}\r\n\xc3\xa4");
  EXPECT_EQ(as_string("\x7f"), "{1}\r\n\x7f");
}

TEST(WireString, LeavesNulOut) {
  EXPECT_EQ(as_string(std::string_view("a\0b", 3)), "{2}\r\nab");
  EXPECT_EQ(as_string(std::string_view("\0", 1)), "{0}\r\n");
}

TEST(WireString, SendsLongStringsAsLiteral) {
  EXPECT_EQ(as_string(std::string(kMaxQuoted, 'x')).front(), '"');
  EXPECT_EQ(as_string(std::string(kMaxQuoted + 1, 'x')).substr(0, 8), "{1001}\r\n");
}

TEST(WireString, NothingIsNil) {
  std::string out;
  append_nstring(out, std::nullopt);
  append_nstring(out, "x");
  EXPECT_EQ(out, "NIL\"x\"");
}

}  // namespace
}  // namespace roost::mail
