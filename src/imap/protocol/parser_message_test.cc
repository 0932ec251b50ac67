#include <gtest/gtest.h>

#include <string>

#include "imap/protocol/parser.h"

namespace roost::imap {
namespace {

Frame frame_of(std::string_view octets) { return {.octets = std::string(octets)}; }

// What read gives for octets; nothing if it fails or leaves anything.
template <typename Read>
auto parsed(std::string_view octets, Read read) {
  const Frame frame = frame_of(octets);
  Parser parser(frame);
  auto value = read(parser);
  parser.end();
  return parser.ok() ? std::optional(std::move(value)) : std::nullopt;
}

std::optional<SequenceSet> sequence_set(std::string_view octets) {
  return parsed(octets, [](Parser& p) { return p.sequence_set(); });
}
std::optional<mail::InternalDate> date_time(std::string_view octets) {
  return parsed(octets, [](Parser& p) { return p.date_time(); });
}
std::optional<std::int64_t> date(std::string_view octets) {
  return parsed(octets, [](Parser& p) { return p.date(); });
}
std::optional<mail::FlagNames> flag_list(std::string_view octets) {
  return parsed(octets, [](Parser& p) { return p.flag_list(); });
}
std::optional<mail::FlagNames> store_flags(std::string_view octets) {
  return parsed(octets, [](Parser& p) { return p.store_flags(); });
}

mail::FlagNames flags(std::initializer_list<mail::SystemFlag> system,
                      std::vector<std::string> keywords = {}) {
  mail::FlagNames names{.keywords = std::move(keywords)};
  for (const mail::SystemFlag flag : system) names.add(flag);
  return names;
}

TEST(Parser, Mailbox) {
  const auto mailbox = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) { return p.mailbox(); });
  };
  EXPECT_EQ(mailbox("inbox"), "inbox");
  EXPECT_EQ(mailbox("#news.comp.mail.misc"), "#news.comp.mail.misc");
  EXPECT_EQ(mailbox("~peter/mail/&U,BTFw-"), "~peter/mail/&U,BTFw-");
  EXPECT_EQ(mailbox("\"\""), "");
  EXPECT_EQ(mailbox("{7}\r\nmy mail"), "my mail");
  EXPECT_FALSE(mailbox("a*"));
  EXPECT_FALSE(mailbox("(a)"));
  const Frame frame = frame_of("");
  Parser parser(frame);
  EXPECT_EQ(parser.mailbox(), "");
  EXPECT_EQ(parser.error(), "expected a mailbox name at octet 1");
}

TEST(Parser, ListMailbox) {
  const auto list_mailbox = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) { return p.list_mailbox(); });
  };
  EXPECT_EQ(list_mailbox("*"), "*");
  EXPECT_EQ(list_mailbox("a/%]"), "a/%]");
  EXPECT_EQ(list_mailbox("\"\""), "");
  EXPECT_EQ(list_mailbox("{3}\r\na b"), "a b");
  EXPECT_FALSE(list_mailbox(""));
  EXPECT_FALSE(list_mailbox("(a)"));
}

TEST(Parser, SequenceSet) {
  EXPECT_EQ(sequence_set("1"), (SequenceSet{{{1, 1}}}));
  EXPECT_EQ(sequence_set("2,4:7,9,12:*"), (SequenceSet{{{2, 2}, {4, 7}, {9, 9}, {12, 0}}}));
  EXPECT_EQ(sequence_set("*:4,5:7"), (SequenceSet{{{0, 4}, {5, 7}}}));
  EXPECT_EQ(sequence_set("*"), (SequenceSet{{{0, 0}}}));
  EXPECT_EQ(sequence_set("*:*"), (SequenceSet{{{0, 0}}}));
  EXPECT_EQ(sequence_set("4294967295:*"), (SequenceSet{{{4294967295, 0}}}));
  EXPECT_EQ(sequence_set("7:2"), (SequenceSet{{{7, 2}}}));
  EXPECT_EQ(sequence_set("$"), SequenceSet());
  EXPECT_EQ(sequence_set("$,1"), std::nullopt);
  for (const std::string_view wrong : {"", "0", "0:1", "1:0", "01", "4294967296", "1:", ":1", "1,",
                                       ",1", "1,,2", "1:2:3", "a", "1 ,2", "**", "-1"}) {
    EXPECT_FALSE(sequence_set(wrong)) << wrong;
  }
}

TEST(Parser, SequenceSetIsBounded) {
  std::string set = "1";
  for (std::size_t i = 1; i < Parser::kMaxRanges; ++i) set += ",1";
  ASSERT_TRUE(sequence_set(set));
  EXPECT_EQ(sequence_set(set)->ranges.size(), Parser::kMaxRanges);
  EXPECT_FALSE(sequence_set(set + ",1"));
}

TEST(Parser, FlagList) {
  using enum mail::SystemFlag;
  EXPECT_EQ(flag_list("()"), flags({}));
  EXPECT_EQ(flag_list("(\\Seen)"), flags({kSeen}));
  EXPECT_EQ(flag_list("(\\SEEN \\answered $Forwarded work)"),
            flags({kSeen, kAnswered}, {"$Forwarded", "work"}));
  EXPECT_EQ(flag_list("(\\Flagged \\Deleted \\Draft)"), flags({kFlagged, kDeleted, kDraft}));
  for (const std::string_view wrong :
       {"", "(", "(\\Seen", "(\\Seen )", "( \\Seen)", "\\Seen", "(\\Foo)", "(\\*)", "(\\)",
        "(\\ Seen)", "(\"a\")", "(a]b)", "(\\Seen)x"}) {
    EXPECT_FALSE(flag_list(wrong)) << wrong;
  }
}

TEST(Parser, RecentIsDropped) {
  using enum mail::SystemFlag;
  EXPECT_EQ(flag_list("(\\Recent)"), flags({}));
  EXPECT_EQ(flag_list("(\\recent \\Seen)"), flags({kSeen}));
  EXPECT_EQ(store_flags("\\Seen \\Recent"), flags({kSeen}));
}

TEST(Parser, StoreFlags) {
  using enum mail::SystemFlag;
  EXPECT_EQ(store_flags("(\\Deleted)"), flags({kDeleted}));
  EXPECT_EQ(store_flags("()"), flags({}));
  EXPECT_EQ(store_flags("\\deleted work"), flags({kDeleted}, {"work"}));
  EXPECT_EQ(store_flags("\\deleted "), flags({kDeleted}));
  for (const std::string_view wrong : {"", " ", "\\Seen  \\Deleted", "\\Seen,\\Deleted", "\\Foo"}) {
    EXPECT_FALSE(store_flags(wrong)) << wrong;
  }
}

TEST(Parser, DateTime) {
  EXPECT_EQ(date_time("\"17-Jul-1996 02:44:25 -0700\""),
            (mail::InternalDate{.unix_seconds = 837596665, .zone_minutes = -420}));
  EXPECT_EQ(date_time("\" 1-jan-1970 00:00:00 +0000\""), mail::InternalDate{});
  EXPECT_EQ(date_time("\"01-JAN-1970 05:30:00 +0530\""),
            (mail::InternalDate{.unix_seconds = 0, .zone_minutes = 330}));
  EXPECT_EQ(date_time("\"31-Dec-1969 23:59:59 +0000\""),
            (mail::InternalDate{.unix_seconds = -1, .zone_minutes = 0}));
  EXPECT_EQ(date_time("\"29-Feb-2000 00:00:00 -0000\""),
            (mail::InternalDate{.unix_seconds = 951782400, .zone_minutes = 0}));
  EXPECT_EQ(date_time("\"31-Dec-2016 23:59:60 +0000\""),
            (mail::InternalDate{.unix_seconds = 1483228799, .zone_minutes = 0}));
}

TEST(Parser, WrongDateTimes) {
  for (const std::string_view wrong : {"17-Jul-1996 02:44:25 -0700",
                                       "\"1-Jul-1996 02:44:25 -0700\"",
                                       "\"  1-Jul-1996 02:44:25 -0700\"",
                                       "\"00-Jul-1996 02:44:25 -0700\"",
                                       "\" 0-Jul-1996 02:44:25 -0700\"",
                                       "\"32-Jul-1996 02:44:25 -0700\"",
                                       "\"29-Feb-1900 02:44:25 -0700\"",
                                       "\"31-Jun-1996 02:44:25 -0700\"",
                                       "\"17-Foo-1996 02:44:25 -0700\"",
                                       "\"17-Jul-96 02:44:25 -0700\"",
                                       "\"17-Jul-1996 24:00:00 -0700\"",
                                       "\"17-Jul-1996 02:60:25 -0700\"",
                                       "\"17-Jul-1996 02:44:61 -0700\"",
                                       "\"17-Jul-1996 02:44:25 0700\"",
                                       "\"17-Jul-1996 02:44:25 +2400\"",
                                       "\"17-Jul-1996 02:44:25 +0060\"",
                                       "\"17-Jul-1996 02:44:25 +070\"",
                                       "\"17-Jul-1996 02:44:25 +07000\"",
                                       "\"17-Jul-1996 02:44:25 UTC\"",
                                       "\"17-Jul-1996 02:44 +0000\"",
                                       "\"17-Jul-1996\"",
                                       "\"",
                                       "\"17",
                                       "\"17-Jul-1996 02:44:25 -0700"}) {
    EXPECT_FALSE(date_time(wrong)) << wrong;
  }
}

TEST(Parser, Date) {
  EXPECT_EQ(date("1-Jan-1970"), 0);
  EXPECT_EQ(date("1-Feb-1994"), 8797);
  EXPECT_EQ(date("\"01-FEB-1994\""), 8797);
  EXPECT_EQ(date("31-dec-1969"), -1);
  for (const std::string_view wrong :
       {"", "\"1-Feb-1994", "1-Feb-1994\"", " 1-Feb-1994", "001-Feb-1994", "0-Feb-1994",
        "30-Feb-1994", "1-Febr-1994", "1-Feb-94", "1-Feb-19945", "1 Feb 1994", "-Feb-1994"}) {
    EXPECT_FALSE(date(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace roost::imap
