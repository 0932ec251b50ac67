#include "client/envelope.h"

#include <gtest/gtest.h>

namespace roost::client {
namespace {

TEST(ClientEnvelope, TheRfcsExample) {
  const auto envelope = parse_envelope(
      "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev2 WG mtg summary and minutes\" "
      "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
      "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
      "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
      "((NIL NIL \"imap\" \"cac.washington.edu\")) "
      "((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")"
      "(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL "
      "\"<B27397-0100000@cac.washington.edu>\")");
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->subject, "IMAP4rev2 WG mtg summary and minutes");
  EXPECT_EQ(envelope->from, (std::vector<Address>{{"Terry Gray", "gray", "cac.washington.edu"}}));
  EXPECT_EQ(envelope->cc.size(), 2U);
  EXPECT_EQ(envelope->cc.back(), (Address{"John Klensin", "KLENSIN", "MIT.EDU"}));
  EXPECT_TRUE(envelope->bcc.empty());
  EXPECT_EQ(envelope->message_id, "<B27397-0100000@cac.washington.edu>");
}

TEST(ClientEnvelope, LiteralsAndQuotes) {
  const auto envelope = parse_envelope(
      "(nil {5}\r\na\"b)\\ ((\"a \\\"b\\\"\" NIL {1}\r\nx \"y\") (NIL NIL \"z\" NIL)) () NIL NIL "
      "NIL "
      "NIL \"\" NIL)");
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->subject, "a\"b)\\");
  EXPECT_EQ(envelope->from, (std::vector<Address>{{"a \"b\"", "x", "y"}, {"", "z", ""}}));
}

TEST(ClientEnvelope, OthersAreNone) {
  for (const char* text : {"", "(", "NIL", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL)",
                           "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ",
                           "(NIL {9}\r\nx NIL NIL NIL NIL NIL NIL NIL NIL)",
                           "(NIL {-1}\r\nx NIL NIL NIL NIL NIL NIL NIL NIL)", "(NIL \"x",
                           "(NIL \"x\\", "(NIL {3", "(NIL NIL (NIL) NIL NIL NIL NIL NIL NIL NIL)",
                           "(NIL NIL \"x\" NIL NIL NIL NIL NIL NIL NIL)",
                           "(NIL x NIL NIL NIL NIL NIL NIL NIL NIL)", "(NIL NIL (((("}) {
    EXPECT_FALSE(parse_envelope(text)) << text;
  }
}

}  // namespace
}  // namespace roost::client
