#include "mail/transfer_encoding.h"

#include <gtest/gtest.h>

namespace roost::mail {
namespace {

TEST(MimeBase64, Decodes) {
  EXPECT_EQ(decode_mime_base64(""), "");
  EXPECT_EQ(decode_mime_base64("Zg=="), "f");
  EXPECT_EQ(decode_mime_base64("Zm8="), "fo");
  EXPECT_EQ(decode_mime_base64("Zm9v\r\nYmFy\r\n"), "foobar");
  EXPECT_EQ(decode_mime_base64("////"), "\xff\xff\xff");
}

TEST(MimeBase64, SkipsWhatIsNoBase64) { EXPECT_EQ(decode_mime_base64("Zm\x80*9 v!"), "foo"); }

TEST(MimeBase64, GivesWhatThereIsOfATruncatedBody) {
  EXPECT_EQ(decode_mime_base64("Zm9vYm"), "foob");
  EXPECT_EQ(decode_mime_base64("Zm9vY"), "foo");
}

TEST(MimeBase64, GoesOnBehindPadding) { EXPECT_EQ(decode_mime_base64("Zg==\r\nZm8=\r\n"), "ffo"); }

TEST(QuotedPrintable, Decodes) {
  EXPECT_EQ(decode_quoted_printable("caf=C3=A9=20au lait"), "caf\xc3\xa9 au lait");
  EXPECT_EQ(decode_quoted_printable("=3D=3d"), "==");
}

TEST(QuotedPrintable, JoinsSoftLineBreaks) {
  EXPECT_EQ(decode_quoted_printable("one=\r\ntwo=\nthree= \t\r\nfour="), "onetwothreefour");
}

TEST(QuotedPrintable, DropsBlanksAtTheEndsOfLines) {
  EXPECT_EQ(decode_quoted_printable("a  \r\nb\t\nc d  "), "a\r\nb\nc d");
}

TEST(QuotedPrintable, LeavesBrokenEscapes) {
  EXPECT_EQ(decode_quoted_printable("a=b, 1 =2, =XY=4"), "a=b, 1 =2, =XY=4");
}

TEST(Transfer, UnknownEncodingsAreIdentity) {
  EXPECT_EQ(decode_transfer("Zg==", "base64"), "f");
  EXPECT_EQ(decode_transfer("=41", "quoted-printable"), "A");
  EXPECT_EQ(decode_transfer("=41", "8bit"), "=41");
  EXPECT_EQ(decode_transfer("=41", "x-nobody-knows"), "=41");
  EXPECT_TRUE(is_identity_encoding("binary"));
  EXPECT_FALSE(is_identity_encoding("base64"));
}

}  // namespace
}  // namespace roost::mail
