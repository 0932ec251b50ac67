#include "mail/body_structure.h"

#include <gtest/gtest.h>

#include "mail/message_parser.h"

namespace roost::mail {
namespace {

std::string structure_of(std::string_view header, std::uint64_t octets = 0,
                         std::uint64_t lines = 0) {
  BodyPart part;
  part.mime = parse_mime_fields(header, ContentType{});
  part.octets = octets;
  part.lines = lines;
  std::string out;
  append_body_structure(out, part);
  return out;
}

// RFC 3501 section 7.4.2.
TEST(BodyStructure, OfASimpleText) {
  EXPECT_EQ(
      structure_of("", 2279, 48),
      "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 2279 48 NIL NIL NIL NIL)");
}

TEST(BodyStructure, OnlyTextHasLinesAndADefaultCharset) {
  EXPECT_EQ(structure_of("Content-Type: image/png\r\n", 10, 2),
            "(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 10 NIL NIL NIL NIL)");
  EXPECT_EQ(
      structure_of("Content-Type: text/x; format=flowed\r\n", 10, 2),
      "(\"TEXT\" \"X\" (\"CHARSET\" \"US-ASCII\" \"FORMAT\" \"flowed\") NIL NIL \"7BIT\" 10 2 "
      "NIL NIL NIL NIL)");
}

TEST(BodyStructure, NamesEveryField) {
  EXPECT_EQ(
      structure_of("Content-Type: application/pdf; name=\"a b.pdf\"\r\n"
                   "Content-ID: <id@x>\r\n"
                   "Content-Description: a\r\n document\r\n"
                   "Content-Transfer-Encoding: Base64 (of course)\r\n"
                   "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n"
                   "Content-Disposition: attachment; filename=\"a b.pdf\"; size=7\r\n"
                   "Content-Language: de, en-GB (mostly)\r\n"
                   "Content-Location: http://a.test/b\r\n",
                   7),
      "(\"APPLICATION\" \"PDF\" (\"NAME\" \"a b.pdf\") \"<id@x>\" \"a document\" \"BASE64\" 7 "
      "\"Q2hlY2sgSW50ZWdyaXR5IQ==\" (\"ATTACHMENT\" (\"FILENAME\" \"a b.pdf\" \"SIZE\" \"7\")) "
      "(\"de\" \"en-GB\") \"http://a.test/b\")");
}

TEST(BodyStructure, KeepsExtendedParametersAsSent) {
  EXPECT_EQ(
      structure_of("Content-Type: image/png; name*0*=utf-8''%e2; name*1=x\r\n"
                   "Content-Disposition: inline\r\nContent-Language: fr\r\n"),
      "(\"IMAGE\" \"PNG\" (\"NAME*0*\" \"utf-8''%e2\" \"NAME*1\" \"x\") NIL NIL \"7BIT\" 0 NIL "
      "(\"INLINE\" NIL) \"fr\" NIL)");
}

TEST(BodyStructure, DecodesExtendedParametersForIMAP4rev2) {
  const auto told = [](std::string_view header) {
    return body_structure_as(structure_of(header), {.parameters = BodyForm::Parameters::kDecoded});
  };
  EXPECT_EQ(
      told("Content-Type: image/png; name*0*=iso-8859-1''%e4; name*1=x; a*1=z; b=c; b*=''d\r\n"
           "Content-MD5: x\r\n"
           "Content-Disposition: attachment; filename*1=\" 2\"; filename*0=1; size=7\r\n"),
      "(\"IMAGE\" \"PNG\" (\"NAME*\" {3}\r\n\xc3\xa4x \"A*1\" \"z\" \"B\" \"c\" \"B*\" \"d\") "
      "NIL NIL \"7BIT\" 0 \"x\" (\"ATTACHMENT\" (\"FILENAME\" \"1 2\" \"SIZE\" \"7\")) NIL NIL)");
  EXPECT_EQ(told("Content-Type: image/png; name*=x-nobody''%e4\r\n"),
            "(\"IMAGE\" \"PNG\" (\"NAME*\" \"x-nobody''%e4\") NIL NIL \"7BIT\" 0 NIL NIL NIL NIL)");
  MessageParser parser;
  parser.feed("Content-Type: multipart/mixed; boundary*0=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n");
  EXPECT_EQ(body_structure_as(parser.finish().bodystructure,
                              {.parameters = BodyForm::Parameters::kDecoded}),
            "((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 1 1 NIL NIL NIL NIL) "
            "\"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL NIL)");
}

std::string body_of(std::string_view bodystructure) {
  return body_structure_as(bodystructure, {.extension = BodyForm::Extension::kDropped});
}

TEST(BodyStructureAs, LeavesExtensionDataOut) {
  MessageParser parser;
  parser.feed(
      "Content-Type: multipart/mixed; boundary=b\r\nContent-Language: de\r\n\r\n"
      "--b\r\nContent-Type: text/plain; name=\"( {3} \\\" )\"\r\nContent-Description: "
      "\xc3\xa4\r\nContent-Disposition: inline; a=b\r\n\r\nx\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: image/png\r\n\r\ny\r\n--b--\r\n");
  EXPECT_EQ(
      body_of(parser.finish().bodystructure),
      "((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\" \"NAME\" \"( {3} \\\" )\") NIL "
      "{2}\r\n\xc3\xa4 \"7BIT\" 1 1)"
      "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 28 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) "
      "(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 1) 3) \"MIXED\")");
}

TEST(BodyStructureAs, AMessageGlobalIsAMessageOrALeaf) {
  MessageParser parser;
  parser.feed("Content-Type: message/global\r\n\r\nSubject: \xc3\xa4\r\n\r\nx\r\n");
  const std::string stored = parser.finish().bodystructure;
  const std::string head = "(\"MESSAGE\" \"GLOBAL\" NIL NIL NIL \"7BIT\" 18 ";
  const std::string tail = "NIL NIL NIL NIL)";
  EXPECT_EQ(stored, head +
                        "(NIL {2}\r\n\xc3\xa4 NIL NIL NIL NIL NIL NIL NIL NIL) (\"TEXT\" \"PLAIN\" "
                        "(\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3 1 NIL NIL NIL NIL) 3 " +
                        tail);
  EXPECT_EQ(body_structure_as(stored, {}), stored);
  const std::string leaf = body_structure_as(stored, {.global = BodyForm::Global::kLeaf});
  EXPECT_EQ(leaf, head + tail);
  EXPECT_EQ(body_structure_as(leaf, {}), leaf);
}

TEST(BodyStructureAs, HandsOnWhatItCannotRead) {
  for (const std::string odd : {"", "(", "x", "()", "((((", "(\"TEXT\" \"PLAIN\")",
                                "(\"A\" \"B\" NIL", "(\"A\" \"B\" NIL NIL NIL \"7BIT\" 0) x"}) {
    EXPECT_EQ(body_of(odd), odd);
  }
  const std::string deep(100'000, '(');
  EXPECT_TRUE(body_of(deep) == deep);
}

}  // namespace
}  // namespace roost::mail
