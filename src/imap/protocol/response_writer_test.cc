#include "imap/protocol/response_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "imap/protocol/parser.h"

namespace roost::imap {
namespace {

template <typename Write>
std::string written(Write write) {
  std::string out;
  ResponseWriter writer(out);
  write(writer);
  EXPECT_EQ(writer.size(), out.size());
  return out;
}

std::string tagged(Condition condition, std::string_view code, std::string_view text) {
  return written([&](ResponseWriter& w) { w.tagged("A1", condition, code, text); });
}
std::string string(std::string_view s) {
  return written([&](ResponseWriter& w) { w.string(s); });
}
std::string astring(std::string_view s) {
  return written([&](ResponseWriter& w) { w.astring(s); });
}
std::string date_time(std::int64_t unix_seconds, std::int16_t zone) {
  return written([&](ResponseWriter& w) {
    w.date_time({.unix_seconds = unix_seconds, .zone_minutes = zone});
  });
}

TEST(ResponseWriter, Conditions) {
  EXPECT_EQ(tagged(Condition::kOk, "READ-WRITE", "selected"), "A1 OK [READ-WRITE] selected\r\n");
  EXPECT_EQ(tagged(Condition::kNo, "", "no such mailbox"), "A1 NO no such mailbox\r\n");
  EXPECT_EQ(tagged(Condition::kBad, "", ""), "A1 BAD BAD\r\n");
  EXPECT_EQ(tagged(Condition::kOk, "ALERT", ""), "A1 OK [ALERT] OK\r\n");
  EXPECT_EQ(written([](ResponseWriter& w) { w.untagged(Condition::kBye, "", "shutting down"); }),
            "* BYE shutting down\r\n");
  EXPECT_EQ(written([](ResponseWriter& w) { w.untagged(Condition::kPreauth, "", "hello"); }),
            "* PREAUTH hello\r\n");
}

TEST(ResponseWriter, TextCannotBreakTheFraming) {
  EXPECT_EQ(tagged(Condition::kNo, "", "a\r\nb OK \xc3\xa4\x7f"), "A1 NO a??b OK ???\r\n");
  EXPECT_EQ(tagged(Condition::kNo, "", std::string_view("a\0b", 3)), "A1 NO a?b\r\n");
  EXPECT_EQ(tagged(Condition::kNo, "", "[ALERT] a"), "A1 NO (ALERT] a\r\n");
  EXPECT_EQ(tagged(Condition::kNo, "CANNOT", "[a] b"), "A1 NO [CANNOT] [a] b\r\n");
}

TEST(ResponseWriter, Continuation) {
  const auto continuation = [](std::string_view text) {
    return written([&](ResponseWriter& w) { w.continuation(text); });
  };
  EXPECT_EQ(continuation("idling"), "+ idling\r\n");
  EXPECT_EQ(continuation(""), "+ \r\n");
  EXPECT_EQ(continuation("[a"), "+ (a\r\n");
  EXPECT_EQ(continuation("a\nb"), "+ a?b\r\n");
}

TEST(ResponseWriter, Counts) {
  EXPECT_EQ(written([](ResponseWriter& w) {
              w.exists(23);
              w.recent(0);
              w.expunge(mail::SeqNum(4294967295));
            }),
            "* 23 EXISTS\r\n* 0 RECENT\r\n* 4294967295 EXPUNGE\r\n");
}

TEST(ResponseWriter, ModSequencesAndVanished) {
  std::string out;
  ResponseWriter writer(out);
  mail::UidSet uids(mail::UidRange{mail::Uid(405), mail::Uid(407)});
  uids.add(mail::Uid(410));
  writer.vanished(uids);
  writer.highest_modseq(mail::ModSeq(9223372036854775807));
  EXPECT_EQ(out,
            "* VANISHED 405:407,410\r\n"
            "* OK [HIGHESTMODSEQ 9223372036854775807] Highest mod-sequence\r\n");
}

TEST(ResponseWriter, Strings) {
  EXPECT_EQ(string(""), "\"\"");
  EXPECT_EQ(string("a \"b\" \\c"), R"("a \"b\" \\c")");
  EXPECT_EQ(string("a\r\nb"), "{4}\r\na\r\nb");
  EXPECT_EQ(string("\xc3\xa4"), "{2}\r\n\xc3\xa4");
  EXPECT_EQ(string(std::string(1'000, 'x')), '"' + std::string(1'000, 'x') + '"');
  EXPECT_EQ(string(std::string(1'001, 'x')), "{1001}\r\n" + std::string(1'001, 'x'));
}

TEST(ResponseWriter, Astrings) {
  EXPECT_EQ(astring("INBOX"), "INBOX");
  EXPECT_EQ(astring("a]b"), "a]b");
  EXPECT_EQ(astring(""), "\"\"");
  EXPECT_EQ(astring("nil"), "\"nil\"");
  EXPECT_EQ(astring("a b"), "\"a b\"");
  EXPECT_EQ(astring("a%"), "\"a%\"");
  EXPECT_EQ(astring("a\\"), R"("a\\")");
  EXPECT_EQ(astring("a{1}"), "\"a{1}\"");
  EXPECT_EQ(astring("\xff"), "{1}\r\n\xff");
}

TEST(ResponseWriter, Nstring) {
  EXPECT_EQ(written([](ResponseWriter& w) { w.nstring(std::nullopt).raw(" ").nstring("NIL"); }),
            "NIL \"NIL\"");
}

TEST(ResponseWriter, Pieces) {
  EXPECT_EQ(written([](ResponseWriter& w) {
              w.raw("* ").number(std::numeric_limits<std::uint64_t>::max()).raw(" X ");
              w.literal_head(3).raw("abc").raw("\r\n");
            }),
            "* 18446744073709551615 X {3}\r\nabc\r\n");
}

TEST(ResponseWriter, Mailbox) {
  const auto mailbox = [](std::string_view utf8) {
    return written([&](ResponseWriter& w) { w.mailbox(utf8); });
  };
  EXPECT_EQ(mailbox("INBOX"), "INBOX");
  EXPECT_EQ(mailbox("Sent Mail"), "\"Sent Mail\"");
  EXPECT_EQ(mailbox("Entw\xc3\xbcrfe"), "Entw&APw-rfe");
  EXPECT_EQ(mailbox("a&b"), "a&-b");
}

TEST(ResponseWriter, DateTime) {
  EXPECT_EQ(date_time(837596665, -420), "\"17-Jul-1996 02:44:25 -0700\"");
  EXPECT_EQ(date_time(0, 0), "\" 1-Jan-1970 00:00:00 +0000\"");
  EXPECT_EQ(date_time(0, 330), "\" 1-Jan-1970 05:30:00 +0530\"");
  EXPECT_EQ(date_time(-1, -30), "\"31-Dec-1969 23:29:59 -0030\"");
}

TEST(ResponseWriter, DatesBeyondTheirDigitsAreClipped) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(date_time(kMin, -60), "\" 1-Jan-0000 00:00:00 -0100\"");
  EXPECT_EQ(date_time(-62'167'219'200 - 3600, 60), "\" 1-Jan-0000 00:00:00 +0100\"");
  EXPECT_EQ(date_time(kMax, 60), "\"31-Dec-9999 23:59:59 +0100\"");
  EXPECT_EQ(date_time(0, std::numeric_limits<std::int16_t>::min()),
            "\"31-Dec-1969 00:01:00 -2359\"");
}

TEST(ResponseWriter, Flags) {
  const mail::KeywordTable keywords({"$Forwarded", "work"});
  const auto flags = [&](mail::Flags bits, ResponseWriter::Recent recent) {
    return written([&](ResponseWriter& w) { w.flags(keywords, bits, recent); });
  };
  using enum ResponseWriter::Recent;
  constexpr auto kSeen = static_cast<std::uint8_t>(mail::SystemFlag::kSeen);
  EXPECT_EQ(flags({}, kNo), "()");
  EXPECT_EQ(flags({}, kYes), "(\\Recent)");
  EXPECT_EQ(flags({.system = kSeen, .keywords = 2}, kNo), "(\\Seen work)");
  EXPECT_EQ(flags({.system = kSeen, .keywords = 0}, kYes), "(\\Seen \\Recent)");
}

TEST(ResponseWriter, TheParserReadsWhatItWrites) {
  for (const std::string value : {"", "a", "NIL", "a b", "\"", "\\", "\r\n", "{3}", "{3}\r\n", "(",
                                  "]", "%", "\x80\xff", "\t", "\x7f"}) {
    for (const std::string& octets : {astring(value), string(value)}) {
      const Frame frame{.octets = octets};
      Parser parser(frame);
      EXPECT_EQ(parser.astring(), value);
      parser.end();
      EXPECT_TRUE(parser.ok()) << octets << ": " << parser.error();
    }
  }
  for (const std::int64_t seconds : {-62'167'219'200, -1L, 0L, 951'782'400L, 253'402'300'799L}) {
    const Frame frame{.octets = date_time(seconds, 0)};
    Parser parser(frame);
    EXPECT_EQ(parser.date_time().unix_seconds, seconds);
    EXPECT_TRUE(parser.ok()) << frame.octets;
  }
}

}  // namespace
}  // namespace roost::imap
