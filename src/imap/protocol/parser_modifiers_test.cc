#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/ascii.h"
#include "imap/protocol/parser.h"

namespace roost::imap {
namespace {

using mail::ModSeq;

// What is read of "FETCH 1 ALL" with modifiers A (no value) and B (a mod-sequence-value).
std::string modifiers(std::string_view octets) {
  const Frame frame{.octets = std::string(octets)};
  Parser parser(frame);
  std::string read;
  parser.modifiers([&](std::string_view name) {
    read += to_lower(name);
    if (equal_ignoring_case(name, "A")) return true;
    if (!equal_ignoring_case(name, "B")) return false;
    parser.space();
    read += std::to_string(parser.mod_sequence_value().value);
    return true;
  });
  parser.end();
  return parser.ok() ? read : "bad";
}

TEST(Modifiers, AreReadInAnyOrderAndCase) {
  EXPECT_EQ(modifiers(""), "");
  EXPECT_EQ(modifiers(" (A)"), "a");
  EXPECT_EQ(modifiers(" (b 12 A)"), "b12a");
  EXPECT_EQ(modifiers(" (a B 12) "), "ab12");
}

TEST(Modifiers, EachStandsOnce) {
  EXPECT_EQ(modifiers(" (A a)"), "bad");
  EXPECT_EQ(modifiers(" (B 1 B 1)"), "bad");
}

TEST(Modifiers, OfNoCommandAreErrors) {
  for (const char* const octets : {" ()", " (C)", " (A C)", " (A  A)", " (A", " (B)", " (B 0)",
                                   " (A) (A)", "(A)", "  (A)", " (B (1))"}) {
    EXPECT_EQ(modifiers(octets), "bad") << octets;
  }
}

TEST(ModSequence, IsOf63Bits) {
  const auto value = [](std::string_view octets) {
    const Frame frame{.octets = std::string(octets)};
    Parser parser(frame);
    const ModSeq read = parser.mod_sequence_value();
    return parser.ok() ? read : ModSeq(0);
  };
  EXPECT_EQ(value("1"), ModSeq(1));
  EXPECT_EQ(value("9223372036854775807"), ModSeq(9223372036854775807U));
  EXPECT_EQ(value("9223372036854775808"), ModSeq(0));
  EXPECT_EQ(value("0"), ModSeq(0));
  EXPECT_EQ(value("-1"), ModSeq(0));

  const Frame zero{.octets = "0"};
  Parser parser(zero);
  EXPECT_EQ(parser.mod_sequence_valzer(), ModSeq(0));
  EXPECT_TRUE(parser.ok());
}

std::string qresync(std::string_view octets) {
  const Frame frame{.octets = std::string(octets)};
  Parser parser(frame);
  const QResync read = parser.qresync();
  parser.end();
  if (!parser.ok()) return "bad";
  std::string out =
      std::to_string(read.uid_validity.value) + " " + std::to_string(read.modseq.value);
  if (read.known_uids) out += " known " + read.known_uids->to_string();
  if (!read.known_sequence_set.empty()) {
    out += " match " + read.known_sequence_set.to_string() + " " + read.known_uid_set.to_string();
  }
  return out;
}

TEST(QResyncParameter, HasFourArgumentsTwoOfThemOptional) {
  EXPECT_EQ(qresync("(67890007 20050715194045000)"), "67890007 20050715194045000");
  EXPECT_EQ(qresync("(67890007 90060115194045000 41:211,214:541)"),
            "67890007 90060115194045000 known 41:211,214:541");
  EXPECT_EQ(qresync("(1 2 9:7,1 (5,7,9:10 15,22,27,29))"),
            "1 2 known 1,7:9 match 5,7,9:10 15,22,27,29");
  EXPECT_EQ(qresync("(1 2 (1:3 4,8:9))"), "1 2 match 1:3 4,8:9");
}

TEST(QResyncParameter, IsStrict) {
  for (const char* const octets : {"",
                                   "()",
                                   "(1)",
                                   "(0 1)",
                                   "(1 0)",
                                   "(1 9223372036854775808)",
                                   "(1 2 *)",
                                   "(1 2 1:*)",
                                   "(1 2 0)",
                                   "(1 2 3 4)",
                                   "(1 2 3 (1))",
                                   "(1 2 3 (1 2)",
                                   "(1 2 3 (1:2 1))",
                                   "(1 2 3 (2,1 1,2))",
                                   "(1 2 3 (1,1 1,2))",
                                   "(1 2 3 (1:* 1:2))",
                                   "(1 2 3 (* 1))",
                                   "(1 2 3 (2:1 1:2))",
                                   "(1 2 3 ( 1 1))",
                                   "(4294967296 1)"}) {
    EXPECT_EQ(qresync(octets), "bad") << octets;
  }
}

TEST(QResyncParameter, SpeaksOfMessagesByNumberInItsLastArgument) {
  const auto by_number = [](std::string_view octets) {
    const Frame frame{.octets = std::string(octets)};
    Parser parser(frame);
    (void)parser.qresync();
    return parser.has_message_numbers();
  };
  for (const char* const octets :
       {"(1 2 (1:3 4,8:9))", "(1 2 9:7 (5 15))", "(1 2 3 (1))", "(1 2 3 ("}) {
    EXPECT_TRUE(by_number(octets)) << octets;
  }
  for (const char* const octets :
       {"(1 2)", "(1 2 3:4)", "(1 2 3 4)", "(0 1 (1 1))", "(1 2 * (1 1))"}) {
    EXPECT_FALSE(by_number(octets)) << octets;
  }
}

TEST(SearchModSeqExt, NamesAFlag) {
  const auto reads = [](std::string_view octets) {
    const Frame frame{.octets = std::string(octets)};
    Parser parser(frame);
    parser.search_modseq_ext();
    parser.end();
    return parser.ok();
  };
  EXPECT_TRUE(reads("\"/flags/\\\\draft\" all"));
  EXPECT_TRUE(reads("\"/flags/$MDNSent\" SHARED"));
  EXPECT_TRUE(reads("\"/flags/x\" priv"));
  EXPECT_FALSE(reads("\"/flags/\" all"));
  EXPECT_FALSE(reads("\"/comment\" all"));
  EXPECT_FALSE(reads("\"/flags/x\""));
  EXPECT_FALSE(reads("\"/flags/x\" some"));
  EXPECT_FALSE(reads("/flags/x all"));
}

}  // namespace
}  // namespace roost::imap
