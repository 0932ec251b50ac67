#include "base/varint.h"

#include <gtest/gtest.h>

#include <limits>

namespace roost {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

TEST(Varint, TakesAnOctetForSevenBits) {
  std::string out;
  append_varint(out, 0);
  append_varint(out, 127);
  EXPECT_EQ(out, std::string("\0\x7f", 2));
  out.clear();
  append_varint(out, 128);
  EXPECT_EQ(out, "\x80\x01");
}

TEST(Varint, ReadsWhatWasWritten) {
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{300},
                                std::uint64_t{1} << 32, kMax - 1, kMax}) {
    std::string out;
    append_varint(out, n);
    VarintReader in(out);
    EXPECT_EQ(in.number(), n);
    EXPECT_TRUE(in.complete());
  }
}

TEST(Varint, ZigzagKeepsSmallNumbersSmall) {
  EXPECT_EQ(zigzag(0), 0U);
  EXPECT_EQ(zigzag(-1), 1U);
  EXPECT_EQ(zigzag(1), 2U);
  for (const std::int64_t n : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-5},
                               std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(unzigzag(zigzag(n)), n);
  }
}

TEST(Varint, RefusesMoreThan64Bits) {
  VarintReader in("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
  EXPECT_EQ(in.number(), 0U);
  EXPECT_FALSE(in.ok());
}

TEST(Varint, ErrorsAreSticky) {
  VarintReader in(
      "\x05"
      "abc"
      "\x01");
  EXPECT_EQ(in.string(), "");
  EXPECT_EQ(in.number(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.left(), 0U);
}

TEST(Varint, AnUnfinishedNumberIsAnError) {
  VarintReader in("\x80");
  EXPECT_EQ(in.number(), 0U);
  EXPECT_FALSE(in.ok());
}

TEST(Varint, CountedStrings) {
  std::string out;
  append_counted(out, "ab");
  append_counted(out, "");
  VarintReader in(out);
  EXPECT_EQ(in.string(), "ab");
  EXPECT_EQ(in.string(), "");
  EXPECT_TRUE(in.complete());
}

}  // namespace
}  // namespace roost
