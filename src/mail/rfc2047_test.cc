#include "mail/rfc2047.h"

#include <gtest/gtest.h>

namespace roost::mail {
namespace {

TEST(EncodedWords, LeavesPlainText) {
  EXPECT_EQ(decode_encoded_words(""), "");
  EXPECT_EQ(decode_encoded_words("just = text ?= here"), "just = text ?= here");
}

TEST(EncodedWords, DecodesBothEncodings) {
  EXPECT_EQ(decode_encoded_words("=?iso-8859-1?q?J=FCrgen_M?="), "Jürgen M");
  EXPECT_EQ(decode_encoded_words("=?UTF-8?B?SsO8cmdlbg==?= <j@x>"), "Jürgen <j@x>");
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?what?\?="), "what?");
}

// The examples of RFC 2047 section 8.
TEST(EncodedWords, BlanksBetweenWordsAreNotThere) {
  EXPECT_EQ(decode_encoded_words("(=?ISO-8859-1?Q?a?=)"), "(a)");
  EXPECT_EQ(decode_encoded_words("(=?ISO-8859-1?Q?a?= b)"), "(a b)");
  EXPECT_EQ(decode_encoded_words("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)"), "(ab)");
  EXPECT_EQ(decode_encoded_words("(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)"), "(ab)");
  EXPECT_EQ(decode_encoded_words("(=?ISO-8859-1?Q?a_b?=)"), "(a b)");
  EXPECT_EQ(decode_encoded_words("(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)"), "(a b)");
}

TEST(EncodedWords, ACharacterMayBeCutInTwo) {
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?J=C3?= =?utf-8?B?vHJnZW4=?="), "Jürgen");
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?=E4=BD?= =?UTF-8?Q?=A0?= =?utf-8?Q?=E5=A5=BD?="),
            "你好");
}

TEST(EncodedWords, NeighboursNeedNoBlank) {
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?a?==?utf-8?Q?b?=c"), "abc");
}

TEST(EncodedWords, IgnoresTheLanguage) {
  EXPECT_EQ(decode_encoded_words("=?US-ASCII*EN?Q?Keith_Moore?="), "Keith Moore");
}

TEST(EncodedWords, WordsOfUnknownCharsetsStay) {
  EXPECT_EQ(decode_encoded_words("a =?x-none?Q?b=20c?= =?x-none?Q?d?= e"),
            "a =?x-none?Q?b=20c?= =?x-none?Q?d?= e");
}

TEST(EncodedWords, WhatIsNoWordStays) {
  for (const char* odd : {"=?", "=?utf-8", "=?utf-8?", "=?utf-8?Q", "=?utf-8?Q?", "=?utf-8?Q?abc",
                          "=?utf-8?X?abc?=", "=?utf-8?Qabc?="}) {
    EXPECT_EQ(decode_encoded_words(odd), odd);
  }
  EXPECT_EQ(decode_encoded_words("=?=?utf-8?Q?x?="), "=?x");
}

TEST(EncodedWords, EightBitTextIsUtf8OrWindows1252) {
  EXPECT_EQ(decode_encoded_words("J\xc3\xbcrgen =?utf-8?Q?x?="), "Jürgen x");
  EXPECT_EQ(decode_encoded_words("J\xfcrgen"), "Jürgen");
}

TEST(EncodedWords, IsLinear) {
  std::string open;
  for (int i = 0; i < 50'000; ++i) open += "=?utf-8?Q?x ";
  EXPECT_TRUE(decode_encoded_words(open) == open);

  std::string words;
  for (int i = 0; i < 1'000'000; ++i) words += "=?utf-8?Q?x?= ";
  EXPECT_TRUE(decode_encoded_words(words) == std::string(1'000'000, 'x') + " ");
}

}  // namespace
}  // namespace roost::mail
