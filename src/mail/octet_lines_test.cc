#include "mail/octet_lines.h"

#include <gtest/gtest.h>

#include <vector>

namespace roost::mail {
namespace {

struct Line {
  std::string text;
  std::uint64_t offset;
  std::uint64_t length;
  int line_end;
  bool operator==(const Line&) const = default;
};

std::vector<Line> cut(const std::vector<std::string_view>& pieces, std::size_t limit = 1024) {
  std::vector<Line> out;
  const auto sink = [&](const OctetLine& line) {
    out.push_back({std::string(line.text), line.offset, line.length, line.line_end});
  };
  OctetLines lines;
  lines.set_limit(limit);
  for (const std::string_view piece : pieces) lines.feed(piece, sink);
  lines.finish(sink);
  return out;
}

TEST(OctetLines, KnowsBothLineEndsAndNone) {
  EXPECT_EQ(cut({"ab\r\nc\n\r\n\nd\re"}),
            (std::vector<Line>{
                {"ab", 0, 4, 2}, {"c", 4, 2, 1}, {"", 6, 2, 2}, {"", 8, 1, 1}, {"d\re", 9, 3, 0}}));
}

TEST(OctetLines, LeavesAllButTheLastCarriageReturnInTheText) {
  EXPECT_EQ(cut({"a\r\r\n"}), (std::vector<Line>{{"a\r", 0, 4, 2}}));
}

TEST(OctetLines, DoesNotSeeWherePiecesWereCut) {
  const std::string_view text = "one\r\n\r\n two\n\rthree\r\r\nfour\r";
  for (const std::size_t limit : {1, 2, 3, 1024}) {
    const auto whole = cut({text}, limit);
    for (std::size_t i = 0; i <= text.size(); ++i) {
      for (std::size_t j = i; j <= text.size(); ++j) {
        EXPECT_EQ(cut({text.substr(0, i), text.substr(i, j - i), text.substr(j)}, limit), whole);
      }
    }
  }
}

TEST(OctetLines, KeepsTheStartOfALongLine) {
  EXPECT_EQ(cut({"abcdef\r\nx\r\n"}, 3), (std::vector<Line>{{"abc", 0, 8, 2}, {"x", 8, 3, 2}}));
  EXPECT_EQ(cut({"ab", "cdef\r", "\nx\r\n"}, 3),
            (std::vector<Line>{{"abc", 0, 8, 2}, {"x", 8, 3, 2}}));
}

}  // namespace
}  // namespace roost::mail
