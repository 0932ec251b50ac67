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

std::string in_pieces(std::string_view body, std::string_view encoding, std::size_t piece,
                      TransferDecoder::LineEnds line_ends) {
  std::string out;
  TransferDecoder decoder(encoding, line_ends);
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    decoder.feed(body.substr(0, piece), out);
  }
  decoder.finish(out);
  return out;
}

TEST(Transfer, ComesOutTheSameHoweverItIsCut) {
  const std::string qp =
      "one=\r\ntwo=\nthree= \t\r\nfour =4=XY=  x = \r\r\n a \r\n\n=3D\t=\r=A=\r\n==41 \r";
  const std::string base64 = "Zm9v\r\nYmFy!\r\nZg==\r\nZm8=Zm9vYm";
  using enum TransferDecoder::LineEnds;
  for (const auto line_ends : {kAsTheyAre, kCrlf}) {
    for (std::size_t piece = 1; piece <= qp.size(); ++piece) {
      for (const std::string_view encoding : {"quoted-printable", "base64", "8bit"}) {
        for (const std::string& body : {qp, base64}) {
          EXPECT_EQ(in_pieces(body, encoding, piece, line_ends),
                    in_pieces(body, encoding, body.size(), line_ends));
        }
      }
      EXPECT_EQ(in_pieces(qp, "quoted-printable", piece, kAsTheyAre), decode_quoted_printable(qp));
    }
  }
}

TEST(Transfer, HoldsFewBlanksBack) {
  const std::string blanks(5000, ' ');
  EXPECT_EQ(decode_quoted_printable(blanks + "x"), blanks + "x");
  for (const std::string& body : {blanks + "x", blanks + "\r\nx", "=" + blanks + "\r\nx"}) {
    EXPECT_EQ(in_pieces(body, "quoted-printable", 1, TransferDecoder::LineEnds::kAsTheyAre),
              decode_quoted_printable(body));
  }
}

// To look at the rest of a run for every kilobyte of it would never end here.
TEST(Transfer, TakesLongRunsOfBlanksOnce) {
  const std::string blanks(std::size_t{32} * 1024 * 1024, ' ');
  EXPECT_TRUE(decode_quoted_printable(blanks + "x") == blanks + "x");
  EXPECT_TRUE(decode_quoted_printable("=" + blanks + "x") == "=" + blanks + "x");
  EXPECT_TRUE(decode_quoted_printable(blanks) == std::string_view(blanks).substr(1024));
}

TEST(Transfer, CompletesLineEnds) {
  const auto complete = [](std::string_view body, std::string_view encoding) {
    return in_pieces(body, encoding, 1, TransferDecoder::LineEnds::kCrlf);
  };
  EXPECT_EQ(complete("a\nb\r\nc\rd\n\n", "7bit"), "a\r\nb\r\nc\rd\r\n\r\n");
  EXPECT_EQ(complete("YQpiDQpj", "base64"), "a\r\nb\r\nc");
  EXPECT_EQ(complete("a=0Ab\n", "quoted-printable"), "a\r\nb\r\n");
}

TEST(Transfer, KnowsTheEncodingsOfMime) {
  for (const std::string_view known : {"7bit", "8bit", "binary", "base64", "quoted-printable"}) {
    EXPECT_TRUE(is_known_encoding(known)) << known;
  }
  EXPECT_FALSE(is_known_encoding("x-uuencode"));
}

}  // namespace
}  // namespace roost::mail
