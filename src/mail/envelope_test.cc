#include "mail/envelope.h"

#include <gtest/gtest.h>

namespace roost::mail {
namespace {

std::string envelope(std::string_view header) {
  std::string out;
  append_envelope(out, header);
  return out;
}

// The message of RFC 3501 section 8.
TEST(Envelope, OfTheExampleOfRfc3501) {
  EXPECT_EQ(envelope("Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
                     "From: Terry Gray <gray@cac.washington.edu>\r\n"
                     "Subject: IMAP4rev1 WG mtg summary and minutes\r\n"
                     "To: imap@cac.washington.edu\r\n"
                     "cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n"
                     "Message-Id: <B27397-0100000@cac.washington.edu>\r\n"
                     "MIME-Version: 1.0\r\n"
                     "Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\n"),
            "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" "
            "\"IMAP4rev1 WG mtg summary and minutes\" "
            "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
            "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
            "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
            "((NIL NIL \"imap\" \"cac.washington.edu\")) "
            "((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")"
            "(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL "
            "\"<B27397-0100000@cac.washington.edu>\")");
}

TEST(Envelope, TellsAbsentFromEmpty) {
  EXPECT_EQ(envelope(""), "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
  EXPECT_EQ(envelope("Date:\r\nSubject: \r\nFrom:\r\nTo: ,\r\nIn-Reply-To:\r\nMessage-ID:\r\n"),
            "(\"\" \"\" NIL NIL NIL NIL NIL NIL \"\" \"\")");
}

TEST(Envelope, SenderAndReplyToDefaultToFrom) {
  EXPECT_EQ(
      envelope("From: a@b\r\nSender:\r\n"),
      "(NIL NIL ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) NIL NIL "
      "NIL NIL NIL)");
  EXPECT_EQ(
      envelope("From: a@b\r\nSender: c@d\r\nReply-To: e@f\r\n"),
      "(NIL NIL ((NIL NIL \"a\" \"b\")) ((NIL NIL \"c\" \"d\")) ((NIL NIL \"e\" \"f\")) NIL NIL "
      "NIL NIL NIL)");
}

// RFC 5322 section 3.2.4: the line end within a quoted string or a comment is not part of it.
TEST(Envelope, NamesAreUnfolded) {
  EXPECT_EQ(
      envelope("From: \"Smith,\r\n John\" <a@b>\r\nTo: c@d (Joe\n Blow)\r\n"),
      "(NIL NIL ((\"Smith, John\" NIL \"a\" \"b\")) ((\"Smith, John\" NIL \"a\" \"b\")) "
      "((\"Smith, John\" NIL \"a\" \"b\")) ((\"Joe Blow\" NIL \"c\" \"d\")) NIL NIL NIL NIL)");
}

TEST(Envelope, GroupsAreMarked) {
  EXPECT_EQ(
      envelope("To: g:a@b;\r\nCc: Undisclosed:;\r\n"),
      "(NIL NIL NIL NIL NIL ((NIL NIL \"g\" NIL)(NIL NIL \"a\" \"b\")(NIL NIL NIL NIL)) ((NIL "
      "NIL \"Undisclosed\" NIL)(NIL NIL NIL NIL)) NIL NIL NIL)");
}

TEST(Envelope, OfRepeatedFieldsTheFirstCountsButRecipientsAreJoined) {
  EXPECT_EQ(
      envelope("Subject: one\r\nSubject: two\r\nTo: a@b\r\nTo: c@d\r\nFrom: e@f\r\nFrom: g@h\r\n"),
      "(NIL \"one\" ((NIL NIL \"e\" \"f\")) ((NIL NIL \"e\" \"f\")) ((NIL NIL \"e\" \"f\")) "
      "((NIL NIL \"a\" \"b\")(NIL NIL \"c\" \"d\")) NIL NIL NIL NIL)");
}

TEST(Envelope, GivesItsDateAndSubjectBack) {
  const std::string wire = envelope("Date: 1 Jan \"2024\"\r\nSubject: caf\xc3\xa9\r\n au lait\r\n");
  EXPECT_EQ(date_of_envelope(wire), "1 Jan \"2024\"");
  EXPECT_EQ(subject_of_envelope(wire), "caf\xc3\xa9 au lait");
  EXPECT_EQ(date_of_envelope(envelope("")), std::nullopt);
  EXPECT_EQ(subject_of_envelope(envelope("")), std::nullopt);
  EXPECT_EQ(date_of_envelope(""), std::nullopt);
  EXPECT_EQ(subject_of_envelope("(\"cut off"), std::nullopt);
}

}  // namespace
}  // namespace roost::mail
