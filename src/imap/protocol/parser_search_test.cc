#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "imap/protocol/parser.h"

namespace roost::imap {
namespace {

using mail::SearchKey;
using Kind = SearchKey::Kind;

// A mailbox with the UIDs 10, 20, … 90.
mail::ViewPtr nine_messages() {
  std::vector<mail::MessageEntry> entries;
  for (std::uint32_t i = 1; i <= 9; ++i) {
    entries.push_back({.uid = mail::Uid(10 * i), .flags = {}, .modseq = mail::ModSeq(1)});
  }
  return mail::MailboxView::build({.uid_validity = mail::UidValidity(1),
                                   .uid_next = mail::Uid(100),
                                   .modseq = mail::ModSeq(1),
                                   .keywords = std::make_shared<mail::KeywordTable>()},
                                  entries);
}

std::string describe(const SearchKey& key);

std::string describe_children(std::string_view name, const SearchKey& key) {
  std::string out = "(" + std::string(name);
  for (const SearchKey& child : key.children) out += " " + describe(child);
  return out + ")";
}

std::string describe(const SearchKey& key) {
  const std::string day = " " + std::to_string(key.day);
  const std::string number = " " + std::to_string(key.number);
  switch (key.kind) {
    case Kind::kAll:
      return "all";
    case Kind::kAnd:
      return describe_children("and", key);
    case Kind::kOr:
      return describe_children("or", key);
    case Kind::kNot:
      return describe_children("not", key);
    case Kind::kFlag:
      return std::string(mail::name_of(key.flag));
    case Kind::kKeyword:
      return "keyword " + key.text;
    case Kind::kRecent:
      return "recent";
    case Kind::kBefore:
      return "before" + day;
    case Kind::kOn:
      return "on" + day;
    case Kind::kSince:
      return "since" + day;
    case Kind::kSentBefore:
      return "sentbefore" + day;
    case Kind::kSentOn:
      return "senton" + day;
    case Kind::kSentSince:
      return "sentsince" + day;
    case Kind::kYounger:
      return "younger" + number;
    case Kind::kOlder:
      return "older" + number;
    case Kind::kSavedBefore:
      return "savedbefore" + day;
    case Kind::kSavedOn:
      return "savedon" + day;
    case Kind::kSavedSince:
      return "savedsince" + day;
    case Kind::kEmailId:
      return "emailid " + key.text;
    case Kind::kThreadId:
      return "threadid " + key.text;
    case Kind::kLarger:
      return "larger" + number;
    case Kind::kSmaller:
      return "smaller" + number;
    case Kind::kHeader:
      return key.field + ": " + key.text;
    case Kind::kBody:
      return "body " + key.text;
    case Kind::kText:
      return "text " + key.text;
    case Kind::kModSeq:
      return "modseq" + number;
    case Kind::kUidSet:
      return "uid " + key.uids.to_string();
  }
  return "?";
}

std::string search(std::string_view octets, std::string_view charset = "") {
  static const mail::ViewPtr view = nine_messages();
  const Frame frame{.octets = std::string(octets)};
  Parser parser(frame);
  const SearchKey program = parser.search_program(charset, *view);
  if (parser.unknown_charset()) return "unknown charset";
  return parser.ok() ? describe(program) : "error: " + parser.error();
}

TEST(SearchProgram, EveryKeyWithoutAnArgument) {
  const std::array<std::pair<std::string_view, std::string_view>, 18> keys = {{
      {"ALL", "all"},
      {"ANSWERED", "\\Answered"},
      {"DELETED", "\\Deleted"},
      {"DRAFT", "\\Draft"},
      {"FLAGGED", "\\Flagged"},
      {"SAVEDATESUPPORTED", "all"},
      {"SEEN", "\\Seen"},
      {"UNANSWERED", "(not \\Answered)"},
      {"UNDELETED", "(not \\Deleted)"},
      {"UNDRAFT", "(not \\Draft)"},
      {"UNFLAGGED", "(not \\Flagged)"},
      {"UNSEEN", "(not \\Seen)"},
      {"NEW", "(and recent (not \\Seen))"},
      {"OLD", "(not recent)"},
      {"RECENT", "recent"},
      {"seen", "\\Seen"},
      {"uNsEEn", "(not \\Seen)"},
      {"SEEN ", "\\Seen"},
  }};
  for (const auto& [octets, program] : keys) EXPECT_EQ(search(octets), program) << octets;
}

TEST(SearchProgram, EveryKeyWithAnArgument) {
  const std::array<std::pair<std::string_view, std::string_view>, 31> keys = {{
      {"MODSEQ 620162338", "modseq 620162338"},
      {"MODSEQ 0 ALL", "(and modseq 0 all)"},
      {"MODSEQ \"/flags/\\\\draft\" all 620162338", "modseq 620162338"},
      {"BCC a", "Bcc: a"},
      {"CC a", "Cc: a"},
      {"FROM \"a b\"", "From: a b"},
      {"SUBJECT {3}\r\na b", "Subject: a b"},
      {"TO \"\"", "To: "},
      {"HEADER X-Foo bar", "X-Foo: bar"},
      {"HEADER \"X-Foo\" \"\"", "X-Foo: "},
      {"BODY a", "body a"},
      {"TEXT a", "text a"},
      {"KEYWORD $Forwarded", "keyword $Forwarded"},
      {"UNKEYWORD work", "(not keyword work)"},
      {"BEFORE 1-Feb-1994", "before 8797"},
      {"ON \"1-Feb-1994\"", "on 8797"},
      {"SINCE 1-Feb-1994", "since 8797"},
      {"SENTBEFORE 1-Feb-1994", "sentbefore 8797"},
      {"SENTON 1-Feb-1994", "senton 8797"},
      {"SENTSINCE 1-Feb-1994", "sentsince 8797"},
      {"SAVEDBEFORE 1-Feb-1994", "savedbefore 8797"},
      {"SAVEDON 1-Feb-1994", "savedon 8797"},
      {"SAVEDSINCE \"1-Feb-1994\"", "savedsince 8797"},
      {"EMAILID M1_-a", "emailid M1_-a"},
      {"ThreadId 1", "threadid 1"},
      {"LARGER 0", "larger 0"},
      {"SMALLER 4294967296", "smaller 4294967296"},
      {"YOUNGER 259200", "younger 259200"},
      {"OLDER 1", "older 1"},
      {"NOT SEEN", "(not \\Seen)"},
      {"OR SEEN DRAFT", "(or \\Seen \\Draft)"},
  }};
  for (const auto& [octets, program] : keys) EXPECT_EQ(search(octets), program) << octets;
}

TEST(SearchProgram, SequenceSetsAreBoundToTheView) {
  EXPECT_EQ(search("2"), "uid 20");
  EXPECT_EQ(search("2:3,9"), "uid 20,30,90");
  EXPECT_EQ(search("*"), "uid 90");
  EXPECT_EQ(search("*:8"), "uid 80,90");
  EXPECT_EQ(search("UID 15:25"), "uid 15:25");
  // With whatever may arrive while the search lives on.
  EXPECT_EQ(search("UID 5:*"), "uid 5:4294967295");
  EXPECT_EQ(search("UID *:200"), "uid 90,200:4294967295");
  EXPECT_EQ(search("UID *"), "uid 90");
  EXPECT_EQ(search("UID 7,*:*"), "uid 7,90");
  EXPECT_EQ(search("uid 5"), "uid 5");
  EXPECT_EQ(search("10"), "uid ");
  EXPECT_EQ(search("8:100"), "uid 80,90");
  EXPECT_EQ(search("100:*"), "uid 90");
}

TEST(SearchProgram, TheSavedResultIsASet) {
  static const mail::ViewPtr view = nine_messages();
  mail::UidSet saved;
  saved.add(mail::Uid(20));
  saved.add(mail::Uid(30));
  const auto with_saved = [&](std::string_view octets) {
    const Frame frame{.octets = std::string(octets)};
    Parser parser(frame);
    const SearchKey program = parser.search_program("", *view, saved);
    return parser.ok() ? describe(program) : "error";
  };
  EXPECT_EQ(with_saved("$"), "uid 20,30");
  EXPECT_EQ(with_saved("UID $ SEEN"), "(and uid 20,30 \\Seen)");
  EXPECT_EQ(with_saved("(OR $ 1)"), "(or uid 20,30 uid 10)");
  EXPECT_EQ(with_saved("$,1"), "error");
  EXPECT_EQ(with_saved("$Junk"), "error");
  std::string many = "$";
  for (std::size_t i = 0; i < Parser::kMaxMessageSets; ++i) many += " $";
  EXPECT_EQ(with_saved(many), "error");
  EXPECT_EQ(search("$"), "uid ");
}

TEST(SearchProgram, SpeaksOfMessagesByNumberOrNot) {
  const auto by_number = [](std::string_view program) {
    const mail::ViewPtr view = nine_messages();
    const Frame frame{.octets = std::string(program)};
    Parser parser(frame);
    (void)parser.search_program("", *view);
    return parser.has_message_numbers();
  };
  for (const char* const program :
       {"1", "*", "2:4", "1:*", "NOT 1", "OR SEEN 1", "OR 1 SEEN", "(SEEN (UID 10 2))", "FUZZY 7",
        "UID 10 1 SEEN", "1 FOO", "1:", "* SUBJECT"}) {
    EXPECT_TRUE(by_number(program)) << program;
  }
  for (const char* const program :
       {"ALL", "UID 10", "UID 1:*", "UID *", "$", "UID $", "NOT $", "OR $ UID 10", "LARGER 1",
        "SUBJECT 1", "OLDER 1", "MODSEQ 1", "ON 1-Feb-1994", "FOO", ""}) {
    EXPECT_FALSE(by_number(program)) << program;
  }
}

TEST(SearchProgram, Combinations) {
  EXPECT_EQ(search("FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\""),
            "(and \\Flagged since 8797 (not From: Smith))");
  EXPECT_EQ(search("(SEEN)"), "\\Seen");
  EXPECT_EQ(search("(SEEN DRAFT) 1"), "(and (and \\Seen \\Draft) uid 10)");
  EXPECT_EQ(search("OR (FROM a TO b) NOT (1 2)"),
            "(or (and From: a To: b) (not (and uid 10 uid 20)))");
  EXPECT_EQ(search("OR OR SEEN DRAFT OR NEW OLD"),
            "(or (or \\Seen \\Draft) (or (and recent (not \\Seen)) (not recent)))");
  EXPECT_EQ(search("NOT NOT SEEN"), "(not (not \\Seen))");
}

TEST(SearchProgram, Wrong) {
  for (const std::string_view wrong : {"",
                                       " ",
                                       "FOO",
                                       "SEEN  DRAFT",
                                       " SEEN",
                                       "SEEN,DRAFT",
                                       "()",
                                       "(SEEN",
                                       "SEEN)",
                                       "(SEEN )",
                                       "( SEEN)",
                                       "(SEEN)(DRAFT)",
                                       "NOT",
                                       "NOT ",
                                       "NOT()",
                                       "OR SEEN",
                                       "OR SEEN ",
                                       "OR",
                                       "FROM",
                                       "FROM ",
                                       "FROM  a",
                                       "FROM\"a\"",
                                       "HEADER a",
                                       "HEADER a ",
                                       "BEFORE x",
                                       "BEFORE 31-Feb-1994",
                                       "LARGER -1",
                                       "LARGER 9223372036854775808",
                                       "YOUNGER 0",
                                       "OLDER x",
                                       "SAVEDON",
                                       "SAVEDATESUPPORTED x",
                                       "EMAILID ",
                                       "EMAILID \"M1\"",
                                       "EMAILID M1.",
                                       "KEYWORD \\Seen",
                                       "KEYWORD \"a\"",
                                       "UID",
                                       "UID SEEN",
                                       "UID 0",
                                       "0",
                                       "1,",
                                       "\"SEEN\"",
                                       "SEEN\r",
                                       "TEXT {5}\r\nabc"}) {
    EXPECT_TRUE(search(wrong).starts_with("error: ")) << wrong << " gave " << search(wrong);
  }
}

TEST(SearchProgram, OfAWrongOneNothingMatches) {
  const Frame frame{.octets = "SEEN)"};
  Parser parser(frame);
  EXPECT_EQ(describe(parser.search_program("", *nine_messages())), "(not all)");
  EXPECT_FALSE(parser.ok());
}

TEST(SearchProgram, ObjectIdsAre255CharactersAtMost) {
  const std::string longest(255, 'x');
  EXPECT_EQ(search("EMAILID " + longest), "emailid " + longest);
  EXPECT_TRUE(search("EMAILID x" + longest).starts_with("error: "));
}

TEST(SearchProgram, Charsets) {
  EXPECT_EQ(search("TEXT {2}\r\n\xc3\xa4", "UTF-8"), "text \xc3\xa4");
  EXPECT_EQ(search("TEXT {2}\r\n\xc3\xa4"), "text \xc3\xa4");
  EXPECT_EQ(search("TEXT \"\xc3\xa4\"", "us-ascii"), "text \xc3\xa4");
  EXPECT_EQ(search("OR SUBJECT {1}\r\n\xe4 BODY a", "ISO-8859-1"), "(or Subject: \xc3\xa4 body a)");
  EXPECT_EQ(search("TEXT a", "X-UNHEARD-OF"), "unknown charset");
  EXPECT_EQ(search("ALL", "X-UNHEARD-OF"), "unknown charset");
}

TEST(SearchProgram, NestingIsBounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "SEEN" + std::string(depth, ')');
  };
  EXPECT_EQ(search(nested(Parser::kMaxNesting)), "\\Seen");
  EXPECT_TRUE(search(nested(Parser::kMaxNesting + 1)).contains("less deeply nested"));
  EXPECT_TRUE(search(nested(100'000)).contains("less deeply nested"));
  EXPECT_TRUE(search(std::string(100'000, '(')).contains("less deeply nested"));

  std::string nots;
  std::string ors;
  for (int i = 0; i < 100'000; ++i) {
    nots += "NOT ";
    ors += "OR ";
  }
  EXPECT_TRUE(search(nots + "SEEN").contains("less deeply nested"));
  EXPECT_TRUE(search(ors + "SEEN").contains("less deeply nested"));
}

TEST(SearchProgram, KeysAreBounded) {
  std::string keys = "SEEN";
  for (std::size_t i = 1; i < Parser::kMaxSearchKeys; ++i) keys += " SEEN";
  EXPECT_TRUE(search(keys).starts_with("(and \\Seen"));
  EXPECT_TRUE(search(keys + " SEEN").contains("fewer search keys"));
}

TEST(SearchProgram, MessageSetsAreBounded) {
  std::string sets = "1:*";
  for (std::size_t i = 1; i < Parser::kMaxMessageSets; ++i) sets += " 1:*";
  EXPECT_TRUE(search(sets).starts_with("(and uid 10,20"));
  EXPECT_TRUE(search(sets + " 1").contains("fewer sequence sets"));
}

}  // namespace
}  // namespace roost::imap
