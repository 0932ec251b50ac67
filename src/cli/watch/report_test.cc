#include "cli/watch/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace roost::cli {
namespace {

using client::Event;
using client::EventKind;
using testing::Contains;
using testing::HasSubstr;

const Source kSource = {.user = "wren", .host = "mail.example"};

Event arrival() {
  return {.kind = EventKind::kMessageNew,
          .mailbox = "INBOX",
          .uid_validity = mail::UidValidity(7),
          .uid = mail::Uid(12),
          .flags = {"\\Seen"},
          .modseq = mail::ModSeq(99),
          .internal_date = mail::InternalDate{.unix_seconds = 837'596'665, .zone_minutes = -420},
          .size = 4286,
          .envelope =
              "(\"Wed, 17 Jul 1996\" \"=?utf-8?q?Caf=C3=A9?=\" ((\"Ann\" NIL \"ann\" "
              "\"example.org\")) NIL NIL NIL NIL NIL NIL \"<1@example.org>\")"};
}

TEST(Report, ALineForPeople) {
  EXPECT_EQ(text_of(kSource, arrival()),
            "wren@mail.example/INBOX MessageNew 12 \\Seen  Ann <ann@example.org>  Café");
  const Event reset{.kind = EventKind::kMailboxReset, .mailbox = "INBOX"};
  EXPECT_EQ(text_of(kSource, reset), "wren@mail.example/INBOX MailboxReset");
}

TEST(Report, NothingControlsTheTerminal) {
  EXPECT_EQ(printable("a\x1b[31m\r\n\x7f"), "a?[31m???");
  EXPECT_EQ(printable("\xc2\x9b\xc2\xa0é"), "?\xc2\xa0é");
  EXPECT_EQ(printable("\xff\xc2"), "??");
}

TEST(Report, Json) {
  EXPECT_EQ(json_of(kSource, arrival()), admin::Json::parse(R"({
    "event": "MessageNew", "user": "wren", "host": "mail.example", "mailbox": "INBOX",
    "uidvalidity": 7, "uid": 12, "flagNames": ["\\Seen"], "modseq": 99,
    "internalDate": "1996-07-17T02:44:25-07:00", "messageSize": 4286,
    "envelope": {"date": "Wed, 17 Jul 1996", "subject": "Café",
      "from": [{"name": "Ann", "address": "ann@example.org"}], "sender": [], "replyTo": [],
      "to": [], "cc": [], "bcc": [], "inReplyTo": "", "messageId": "<1@example.org>"}})"));
  const Event gone{.kind = EventKind::kMessageExpunge, .mailbox = "a", .uid = mail::Uid(1)};
  EXPECT_FALSE(json_of(kSource, gone).contains("flagNames"));
}

TEST(Report, AnEnvelopeThatIsNoneIsLeftOut) {
  Event event = arrival();
  event.envelope = "(";
  EXPECT_FALSE(json_of(kSource, event).contains("envelope"));
}

TEST(Report, ABatch) {
  Batch batch{.source = kSource, .mailbox = "INBOX", .events = {arrival(), arrival()}};
  batch.events.back().uid = mail::Uid(13);
  batch.dropped = 2;
  const std::string lines = json_lines_of(batch);
  EXPECT_EQ(std::ranges::count(lines, '\n'), 3);
  EXPECT_THAT(lines, HasSubstr(R"("event":"EventsDropped")"));
  EXPECT_EQ(json_of(batch)["events"].size(), 3U);
  const auto variables = environment_of(batch);
  EXPECT_THAT(variables, Contains("ROOST_MAILBOX=INBOX"));
  EXPECT_THAT(variables, Contains("ROOST_EVENTS=MessageNew"));
  EXPECT_THAT(variables, Contains("ROOST_COUNT=2"));
  EXPECT_THAT(variables, Contains("ROOST_NEW=12:13"));
}

// Its UIDs are of the UIDVALIDITY that it is given with.
TEST(Report, ABatchWithAReset) {
  Batch batch{.source = kSource, .mailbox = "INBOX", .events = {arrival(), arrival(), arrival()}};
  batch.events[1] = {.kind = EventKind::kMailboxReset, .uid_validity = mail::UidValidity(8)};
  batch.events[2].uid_validity = mail::UidValidity(8);
  batch.events[2].uid = mail::Uid(1);
  const auto variables = environment_of(batch);
  EXPECT_THAT(variables, Contains("ROOST_UIDVALIDITY=8"));
  EXPECT_THAT(variables, Contains("ROOST_NEW=1"));
}

}  // namespace
}  // namespace roost::cli
