#include "lmtp/dot_decoder.h"

#include <gtest/gtest.h>

#include <string>

namespace roost::lmtp {
namespace {

struct Decoded {
  std::string text;
  std::string rest;  // behind the end
  bool ended = false;
  bool operator==(const Decoded&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Decoded& d) {
  return out << "{text \"" << d.text << "\", rest \"" << d.rest << "\", ended " << d.ended << "}";
}

// As two pieces, cut at `cut`.
Decoded decode(std::string_view input, std::size_t cut) {
  DotDecoder decoder;
  Decoded result;
  for (std::string_view piece : {input.substr(0, cut), input.substr(cut)}) {
    decoder.decode(piece, result.text);
    result.rest += piece;
  }
  result.ended = decoder.ended();
  return result;
}

void expect_at_every_cut(std::string_view input, const Decoded& expected) {
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    EXPECT_EQ(decode(input, cut), expected) << "cut at " << cut;
  }
}

TEST(DotDecoder, EndsAtCrlfDotCrlf) {
  expect_at_every_cut("a\r\nb\r\n.\r\nQUIT\r\n", {"a\r\nb\r\n", "QUIT\r\n", true});
}

TEST(DotDecoder, EndsAtOnceForAnEmptyMessage) {
  expect_at_every_cut(".\r\nQUIT\r\n", {"", "QUIT\r\n", true});
}

TEST(DotDecoder, TakesAwayTheDotThatWasDoubled) {
  expect_at_every_cut("..\r\n...\r\n.x\r\nx.\r\n.\r\n", {".\r\n..\r\nx\r\nx.\r\n", "", true});
}

TEST(DotDecoder, KeepsWhatIsNoEnd) {
  // What some servers take for the end of data: the ways of SMTP smuggling.
  expect_at_every_cut("a\n.\nb", {"a\n.\nb", "", false});
  expect_at_every_cut("a\n.\r\nb", {"a\n.\r\nb", "", false});
  expect_at_every_cut("a\r.\rb", {"a\r.\rb", "", false});
  expect_at_every_cut("a\r.\r\nb", {"a\r.\r\nb", "", false});
  // The dot begins a line here and goes; the line is not the end.
  expect_at_every_cut("a\r\n.\nb", {"a\r\n\nb", "", false});
  expect_at_every_cut("a\r\n.\rb", {"a\r\n\rb", "", false});
  expect_at_every_cut("a\r\n.\r\r\nb", {"a\r\n\r\r\nb", "", false});
}

TEST(DotDecoder, KeepsLoneLineEndsAndZeros) {
  using namespace std::string_literals;
  expect_at_every_cut("\r\r\n\n\0\r\n.\r\n"s, {"\r\r\n\n\0\r\n"s, "", true});
}

TEST(DotDecoder, GoesOnAfterTwoCarriageReturns) {
  expect_at_every_cut("a\r\r\n.\r\n", {"a\r\r\n", "", true});
}

}  // namespace
}  // namespace roost::lmtp
