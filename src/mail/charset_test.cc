#include "mail/charset.h"

#include <gtest/gtest.h>

#include <string>

#include "mail/search.h"

namespace roost::mail {
namespace {

TEST(Charset, ConvertsTheCharsetsOfMail) {
  EXPECT_EQ(from_charset("J\xfcrgen", "iso-8859-1"), "Jürgen");
  EXPECT_EQ(from_charset("J\xfcrgen", "ISO-8859-15"), "Jürgen");
  EXPECT_EQ(from_charset("\xf0\xd2\xc9\xd7\xc5\xd4", "koi8-r"), "Привет");
  EXPECT_EQ(from_charset("\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251"), "Привет");
  EXPECT_EQ(from_charset("\x1b$B$3$s\x1b(B", "iso-2022-jp"), "こん");
  EXPECT_EQ(from_charset("\x82\xb1\x82\xf1", "Shift_JIS"), "こん");
  EXPECT_EQ(from_charset("\xc4\xe3\xba\xc3", "gb2312"), "你好");
  EXPECT_EQ(from_charset("\xb0\xa1", "euc-kr"), "가");
  EXPECT_EQ(from_charset(std::string_view("\0h\0i", 4), "utf-16be"), "hi");
  EXPECT_EQ(from_charset(std::string_view("\xff\xfeh\0i\0", 6), "utf-16"), "hi");
}

TEST(Charset, ReadsIso88591AsWindows1252) {
  EXPECT_EQ(from_charset("\x93quoted\x94 \x80", "iso-8859-1"), "“quoted” €");
}

TEST(Charset, ReadsWhatIsNotAsciiAsUtf8IfItCan) {
  EXPECT_EQ(from_charset("J\xc3\xbcrgen", "us-ascii"), "Jürgen");
  EXPECT_EQ(from_charset("J\xfcrgen", "us-ascii"), "Jürgen");
  EXPECT_EQ(text_from_charset("J\xc3\xbcrgen", ""), "Jürgen");
  EXPECT_EQ(text_from_charset("J\xfcrgen", "x-nobody-knows"), "Jürgen");
}

TEST(Charset, ReplacesWhatIsNoText) {
  EXPECT_EQ(from_charset("a\xff"
                         "b",
                         "utf-8"),
            "a\xef\xbf\xbd"
            "b");
}

TEST(Charset, SevenBitTextOfStatefulCharsetsIsConverted) {
  EXPECT_EQ(from_charset("+AOQ-", "utf-7"), "ä");
  EXPECT_EQ(from_charset("~{<:Ky~}", "hz-gb-2312"), "己所");
}

TEST(Charset, DoesNotKnowWhatIsNone) {
  for (const char* bad :
       {"x-nobody-knows", "../../etc/passwd", "utf-8,version=1", "a b", " utf-8"}) {
    EXPECT_EQ(from_charset("x", bad), std::nullopt) << bad;
  }
  EXPECT_EQ(from_charset("x", std::string(100'000, 'x')), std::nullopt);
}

TEST(Charset, ForgetsNoneForTheUnknown) {
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(from_charset("x", "x-unknown-" + std::to_string(i % 50)), std::nullopt);
    EXPECT_EQ(from_charset("\xe9", "iso-8859-2"), "\xc3\xa9");
  }
}

TEST(Charset, KeepsNoStateBetweenTexts) {
  EXPECT_EQ(from_charset("\x1b$B$3", "iso-2022-jp"), "こ");
  EXPECT_EQ(from_charset("plain", "iso-2022-jp"), "plain");
}

TEST(ToUtf8, IsInvalidForUnknownCharsets) {
  EXPECT_EQ(to_utf8("\xe4", "ISO-8859-1"), "ä");
  EXPECT_EQ(to_utf8("ab", "US-ASCII"), "ab");
  for (const char* bad : {"", "x-nobody-knows"}) {
    const auto result = to_utf8("ab", bad);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
  }
}

// More charsets than converters are kept, twice.
TEST(Charset, OpensConvertersAgain) {
  for (int round = 0; round < 2; ++round) {
    for (const char* charset : {"iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-7", "koi8-r",
                                "koi8-u", "windows-1250", "windows-1251", "big5", "euc-jp"}) {
      EXPECT_EQ(from_charset("ab", charset), "ab") << charset;
      EXPECT_EQ(from_charset("ab", "iso-2022-kr"), "ab");
    }
  }
}

}  // namespace
}  // namespace roost::mail
