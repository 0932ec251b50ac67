#include "imap/protocol/literal_head.h"

#include <gtest/gtest.h>

#include <string>

namespace roost::imap {
namespace {

std::string announced(std::string_view line) {
  LiteralHead head;
  head.feed(line);
  const auto literal = head.announced();
  if (!literal) return "none";
  if (literal->size == LiteralHead::kTooLarge) return "too large";
  return std::to_string(literal->size) +
         (literal->synchronizing == Synchronizing::kYes ? " waits" : " follows");
}

TEST(LiteralHead, BothForms) {
  EXPECT_EQ(announced("a LOGIN {5}"), "5 waits");
  EXPECT_EQ(announced("a LOGIN {5+}"), "5 follows");
  EXPECT_EQ(announced("a LOGIN {5+}\r"), "5 follows");
  EXPECT_EQ(announced("{0}"), "0 waits");
  EXPECT_EQ(announced("{000012}"), "12 waits");
}

TEST(LiteralHead, OnlyAtTheEnd) {
  EXPECT_EQ(announced(""), "none");
  EXPECT_EQ(announced("a LOGIN {5} "), "none");
  EXPECT_EQ(announced("a LOGIN \"{5}\""), "none");
  EXPECT_EQ(announced("a LOGIN {5}\r\r"), "none");
}

TEST(LiteralHead, NothingElseLooksLikeOne) {
  for (const std::string_view line : {"{}", "{+}", "{5-}", "{5++}", "{5 }", "{ 5}", "{-5}", "{0x5}",
                                      "{5", "5}", "{5+", "{5}}", "{5}{"}) {
    EXPECT_EQ(announced(line), "none") << line;
  }
  EXPECT_EQ(announced("{{5}"), "5 waits");
  EXPECT_EQ(announced("{12{5}"), "5 waits");
}

TEST(LiteralHead, LargeNumbersDoNotOverflow) {
  EXPECT_EQ(announced("{9223372036854775807}"), "9223372036854775807 waits");
  EXPECT_EQ(announced("{9223372036854775808}"), "too large");
  EXPECT_EQ(announced("{18446744073709551621+}"), "too large");
  EXPECT_EQ(announced("{" + std::string(1'000, '9') + "}"), "too large");
  EXPECT_EQ(announced("{" + std::string(1'000, '0') + "7}"), "7 waits");
}

}  // namespace
}  // namespace roost::imap
