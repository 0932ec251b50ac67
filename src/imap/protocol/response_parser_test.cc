#include "imap/protocol/response_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace roost::imap {
namespace {

namespace re = response;
using Names = std::vector<std::string>;

Response parse(std::string line) { return parse_response(Frame{.octets = std::move(line)}); }

// The response, which must be of that kind.
template <typename Kind>
Kind read(std::string line) {
  const Response response = parse(line);
  if (const auto* malformed = std::get_if<re::Malformed>(&response)) {
    ADD_FAILURE() << line << ": " << malformed->error;
  }
  const auto* found = std::get_if<Kind>(&response);
  EXPECT_NE(found, nullptr) << line;
  return found != nullptr ? *found : Kind();
}

TEST(ResponseParser, StatusResponses) {
  EXPECT_EQ(read<re::Status>("* OK IMAP4rev1 Service Ready"),
            (re::Status{.condition = Condition::kOk, .text = "IMAP4rev1 Service Ready"}));
  EXPECT_EQ(read<re::Status>("a001 no [UNAVAILABLE] later"),
            (re::Status{.tag = "a001",
                        .condition = Condition::kNo,
                        .code = {.name = "UNAVAILABLE"},
                        .text = "later"}));
  EXPECT_EQ(read<re::Status>("* BYE").condition, Condition::kBye);
  EXPECT_EQ(read<re::Status>("* PREAUTH [CAPABILITY IMAP4rev1 idle] hello").code.capabilities,
            (Names{"IMAP4REV1", "IDLE"}));
}

TEST(ResponseParser, CodesWithNumbers) {
  EXPECT_EQ(read<re::Status>("* OK [UIDNEXT 4392] Predicted next UID").code.number, 4392U);
  EXPECT_EQ(
      read<re::Status>("* OK [highestmodseq 715194045007]").code,
      (re::Code{.name = "HIGHESTMODSEQ", .arguments = "715194045007", .number = 715194045007U}));
  EXPECT_EQ(read<re::Status>("* OK [UIDVALIDITY 99999999999999999999] x").code.number,
            std::nullopt);
  EXPECT_EQ(read<re::Status>("A OK [APPENDUID 38505 3955] done").code.number, std::nullopt);
  EXPECT_EQ(read<re::Status>("* OK [PERMANENTFLAGS (\\Seen \\*)] x").code.arguments,
            "(\\Seen \\*)");
}

TEST(ResponseParser, WhatOnlyLooksLikeACodeIsText) {
  EXPECT_EQ(read<re::Status>("* OK [no end").text, "[no end");
  EXPECT_EQ(read<re::Status>("* OK [] x").code, re::Code());
}

TEST(ResponseParser, ATaggedResponseIsOkNoOrBad) {
  for (const char* line : {"a1 BYE x", "a1 PREAUTH x", "a1 FETCH x", "a1", "", "a1 ", "(x) OK"}) {
    EXPECT_TRUE(std::holds_alternative<re::Malformed>(parse(line))) << line;
  }
}

TEST(ResponseParser, ContinuationRequests) {
  EXPECT_EQ(read<re::Continuation>("+ idling").text, "idling");
  EXPECT_EQ(read<re::Continuation>("+").text, "");
  EXPECT_EQ(read<re::Continuation>("+ ").text, "");
}

TEST(ResponseParser, Capabilities) {
  EXPECT_EQ(read<re::Capability>("* CAPABILITY IMAP4rev1 AUTH=PLAIN  IDLE ").names,
            (Names{"IMAP4REV1", "AUTH=PLAIN", "IDLE"}));
  EXPECT_EQ(read<re::Enabled>("* ENABLED QRESYNC").names, Names{"QRESYNC"});
  EXPECT_EQ(read<re::Enabled>("* ENABLED").names, Names{});
  std::string many = "* CAPABILITY";
  for (std::size_t i = 0; i < kMaxCapabilities; ++i) many += " X";
  EXPECT_EQ(read<re::Capability>(many).names.size(), kMaxCapabilities);
  EXPECT_TRUE(std::holds_alternative<re::Malformed>(parse(many + " X")));
}

TEST(ResponseParser, SizesAndExpunges) {
  EXPECT_EQ(read<re::Exists>("* 23 EXISTS").count, 23U);
  EXPECT_EQ(read<re::Exists>("*  23 exists ").count, 23U);
  EXPECT_EQ(read<re::Recent>("* 0 RECENT").count, 0U);
  EXPECT_EQ(read<re::Expunge>("* 44 EXPUNGE").seq, mail::SeqNum(44));
  for (const char* line : {"* 0 EXPUNGE", "* 4294967296 EXISTS", "* 1", "* 0 FETCH ()"}) {
    EXPECT_TRUE(std::holds_alternative<re::Malformed>(parse(line))) << line;
  }
}

// RFC 7162 section 3.2.10
TEST(ResponseParser, Vanished) {
  EXPECT_EQ(read<re::Vanished>("* VANISHED (EARLIER) 41,43:116,118").uids.to_string(),
            "41,43:116,118");
  EXPECT_TRUE(read<re::Vanished>("* VANISHED (EARLIER) 41").earlier);
  EXPECT_FALSE(read<re::Vanished>("* VANISHED 405,407,410:425").earlier);
  std::string many = "* VANISHED 1";
  for (int uid = 3; uid < 100'000; uid += 2) many += "," + std::to_string(uid);
  EXPECT_EQ(read<re::Vanished>(many).uids.count(), 50'000U);
  for (const char* line : {"* VANISHED", "* VANISHED *", "* VANISHED 1:*", "* VANISHED 0",
                           "* VANISHED (LATER) 1", "* VANISHED $", "* VANISHED (EARLIER)1"}) {
    EXPECT_TRUE(std::holds_alternative<re::Malformed>(parse(line))) << line;
  }
}

TEST(ResponseParser, Fetch) {
  const auto fetch = read<re::Fetch>(
      "* 23 FETCH (FLAGS (\\Seen $Label1[x] \\Important) UID 4827313 MODSEQ (65402) "
      "INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 44827 "
      "ENVELOPE (\"Wed, 17 Jul 1996\" {3}\r\na)b ((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL "
      "\"<x>\"))");
  EXPECT_EQ(fetch.seq, mail::SeqNum(23));
  EXPECT_EQ(fetch.uid, mail::Uid(4827313));
  EXPECT_EQ(fetch.flags, (Names{"\\Seen", "$Label1[x]", "\\Important"}));
  EXPECT_EQ(fetch.modseq, mail::ModSeq(65402));
  EXPECT_EQ(fetch.internal_date,
            (mail::InternalDate{.unix_seconds = 837596665, .zone_minutes = -420}));
  EXPECT_EQ(fetch.size, 44827U);
  EXPECT_TRUE(fetch.envelope->starts_with("(\"Wed")) << *fetch.envelope;
  EXPECT_TRUE(fetch.envelope->ends_with("\"<x>\")")) << *fetch.envelope;
}

TEST(ResponseParser, FetchStepsOverWhatItDoesNotKnow) {
  const auto fetch = read<re::Fetch>(
      "* 1 FETCH (X-GM-LABELS (\"\\\\Inbox\" {2}\r\n)) ) BODY[HEADER.FIELDS (A B)]<0> {3}\r\n) ("
      " BINARY[1] ~{2}\r\n\"( UID 5  BODY (\"a\" (1 2)) INTERNALDATE NIL ENVELOPE NIL FLAGS () )");
  EXPECT_EQ(fetch.uid, mail::Uid(5));
  EXPECT_EQ(fetch.flags, Names{});
  EXPECT_EQ(fetch.internal_date, std::nullopt);
  EXPECT_EQ(fetch.envelope, std::nullopt);
}

TEST(ResponseParser, ADateThatIsNoneIsLeftOut) {
  const auto fetch =
      read<re::Fetch>("* 1 FETCH (INTERNALDATE \"00-Jan-0000 00:00:00 +0000\" UID 5)");
  EXPECT_EQ(fetch.internal_date, std::nullopt);
  EXPECT_EQ(fetch.uid, mail::Uid(5));
}

TEST(ResponseParser, FetchIsNeverHalfRead) {
  for (const char* line :
       {"* 1 FETCH (UID 0)", "* 1 FETCH (UID 5", "* 1 FETCH (FLAGS (\\Seen UID 5)",
        "* 1 FETCH UID 5", "* 1 FETCH (UID x)", "* 1 FETCH (MODSEQ 5)", "* 1 FETCH (X \"abc)",
        "* 1 FETCH (X)", "* 1 FETCH (ENVELOPE (()", "* 1 FETCH"}) {
    EXPECT_TRUE(std::holds_alternative<re::Malformed>(parse(line))) << line;
  }
}

TEST(ResponseParser, List) {
  EXPECT_EQ(
      read<re::List>("* LIST (\\HasNoChildren \\Sent) \"/\" \"a b\""),
      (re::List{.attributes = {"\\HasNoChildren", "\\Sent"}, .delimiter = '/', .mailbox = "a b"}));
  EXPECT_EQ(read<re::List>("* LIST () NIL INBOX").delimiter, std::nullopt);
  EXPECT_EQ(read<re::List>("* LSUB () \"\\\\\" a\\b%").mailbox, "a\\b%");
  EXPECT_EQ(read<re::List>("* LIST () \".\" {3}\r\n\"x\"").mailbox, "\"x\"");
  EXPECT_EQ(read<re::List>("* LIST () \"/\" a (\"OLDNAME\" (\"b\"))").mailbox, "a");
}

TEST(ResponseParser, MailboxStatus) {
  EXPECT_EQ(read<re::MailboxStatus>(
                "* STATUS blurdy&AOk- (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 7 UNSEEN 3 "
                "HIGHESTMODSEQ 7011231777 MAILBOXID (F1) )"),
            (re::MailboxStatus{.mailbox = "blurdy&AOk-",
                               .messages = 231,
                               .uid_next = mail::Uid(44292),
                               .uid_validity = mail::UidValidity(7),
                               .unseen = 3,
                               .highest_modseq = mail::ModSeq(7011231777)}));
  EXPECT_EQ(read<re::MailboxStatus>("* STATUS \"a b\" ()").mailbox, "a b");
}

TEST(ResponseParser, Search) {
  EXPECT_EQ(read<re::Search>("* SEARCH 2 84 882").numbers,
            (std::vector<std::uint32_t>{2, 84, 882}));
  EXPECT_TRUE(read<re::Search>("* SEARCH").numbers.empty());
  EXPECT_TRUE(read<re::Search>("* SEARCH ").numbers.empty());
  EXPECT_EQ(read<re::Search>("* SEARCH 2 5 (MODSEQ 917162500)").modseq, mail::ModSeq(917162500));
  EXPECT_TRUE(std::holds_alternative<re::Malformed>(parse("* SEARCH 2 x")));
}

// RFC 4731 section 3.1, RFC 7162 section 3.1.10
TEST(ResponseParser, ESearch) {
  const auto found =
      read<re::ESearch>("* ESEARCH (TAG \"a567\") UID COUNT 17 ALL 4:18,21,28 X (1 2) MODSEQ 9");
  EXPECT_EQ(found.tag, "a567");
  EXPECT_TRUE(found.uid);
  EXPECT_EQ(found.count, 17U);
  EXPECT_EQ(found.all->to_string(), "4:18,21,28");
  EXPECT_EQ(found.modseq, mail::ModSeq(9));
  EXPECT_EQ(read<re::ESearch>("* ESEARCH"), re::ESearch());
  EXPECT_EQ(read<re::ESearch>("* ESEARCH (TAG A) MIN 4 MAX 9").max, 9U);
}

TEST(ResponseParser, OthersAreUnknown) {
  EXPECT_EQ(read<re::Unknown>("* NAMESPACE ((\"\" \"/\")) NIL NIL").name, "NAMESPACE");
  EXPECT_EQ(read<re::Unknown>("* 5 UIDFETCH (FLAGS ())").name, "UIDFETCH");
  EXPECT_EQ(read<re::Unknown>("* ID NIL").name, "ID");
}

}  // namespace
}  // namespace roost::imap
