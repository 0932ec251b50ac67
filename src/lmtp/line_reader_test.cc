#include "lmtp/line_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace roost::lmtp {
namespace {

using Kind = LineReader::Line::Kind;

std::vector<std::string> lines(std::string_view input, std::size_t cut) {
  LineReader reader;
  std::vector<std::string> result;
  for (std::string_view piece : {input.substr(0, cut), input.substr(cut)}) {
    while (auto line = reader.next(piece)) {
      result.push_back(line->kind == Kind::kTooLong ? "<too long>" : line->text);
    }
  }
  return result;
}

TEST(LineReader, CutsAtCrlfOnlyWhateverThePieces) {
  const std::string input = "one\r\n\r\ntwo\nthree\rfour\r\r\nrest";
  const std::vector<std::string> expected{"one", "", "two\nthree\rfour\r"};
  for (std::size_t cut = 0; cut <= input.size(); ++cut) EXPECT_EQ(lines(input, cut), expected);
}

TEST(LineReader, TakesTheLongestLineAndNoLonger) {
  const std::string longest(LineReader::kMaxLine - 2, 'x');
  EXPECT_EQ(lines(longest + "\r\nnext\r\n", 7), (std::vector<std::string>{longest, "next"}));
  EXPECT_EQ(lines(longest + "x\r\nnext\r\n", 7), (std::vector<std::string>{"<too long>", "next"}));
}

TEST(LineReader, FindsTheEndOfALineThatIsTooLong) {
  const std::string input = std::string(2 * LineReader::kMaxLine, 'x') + "\n\r\nnext\r\n";
  const std::vector<std::string> expected{"<too long>", "next"};
  for (std::size_t cut = input.size() - 12; cut <= input.size(); ++cut) {
    EXPECT_EQ(lines(input, cut), expected);
  }
}

}  // namespace
}  // namespace roost::lmtp
