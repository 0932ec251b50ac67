#include "mail/search.h"

#include <gtest/gtest.h>

#include <optional>

#include "mail/message_parser.h"

namespace roost::mail {
namespace {

using Kind = SearchKey::Kind;

constexpr std::int64_t kDay = 86'400;

// A message at hand; counts what it is asked for.
class Subject : public SearchSubject {
 public:
  explicit Subject(std::string message) : message_(std::move(message)) {
    MessageParser parser;
    parser.feed(message_);
    digest_ = parser.finish();
    entry_.uid = Uid(7);
  }

  const MessageEntry& entry() override { return entry_; }
  bool recent() override { return recent_; }
  Result<const Digest*> digest() override {
    ++digests_;
    if (broken_) return fail(*broken_, "broken");
    return &digest_;
  }
  Result<std::string_view> message() override {
    ++messages_;
    return std::string_view(message_);
  }

  std::string message_;
  Digest digest_;
  MessageEntry entry_;
  bool recent_ = false;
  std::optional<ErrorCode> broken_;
  int digests_ = 0;
  int messages_ = 0;
};

SearchKey of(Kind kind, std::vector<SearchKey> children = {}) {
  SearchKey key;
  key.kind = kind;
  key.children = std::move(children);
  return key;
}
SearchKey flag(SystemFlag which) {
  SearchKey key = of(Kind::kFlag);
  key.flag = which;
  return key;
}
SearchKey text(Kind kind, std::string needle) {
  SearchKey key = of(kind);
  key.text = std::move(needle);
  return key;
}
SearchKey header(std::string field, std::string needle) {
  SearchKey key = text(Kind::kHeader, std::move(needle));
  key.field = std::move(field);
  return key;
}
SearchKey day(Kind kind, std::int64_t value) {
  SearchKey key = of(kind);
  key.day = value;
  return key;
}
SearchKey number(Kind kind, std::uint64_t value) {
  SearchKey key = of(kind);
  key.number = value;
  return key;
}

bool matches(SearchKey key, Subject& subject, const KeywordTable& keywords = {},
             std::int64_t now = 0) {
  const auto answer = SearchMatcher(std::move(key), keywords, now).match(subject);
  EXPECT_TRUE(answer);
  return answer.value_or(false);
}
bool body_has(std::string message, std::string needle) {
  Subject subject(std::move(message));
  return matches(text(Kind::kBody, std::move(needle)), subject);
}
bool header_has(std::string message, std::string field, std::string needle) {
  Subject subject(std::move(message));
  return matches(header(std::move(field), std::move(needle)), subject);
}

TEST(Search, FlagsAndUids) {
  Subject subject("\r\n");
  subject.entry_.flags.system = static_cast<std::uint8_t>(SystemFlag::kSeen);
  subject.entry_.flags.keywords = 2;
  const KeywordTable keywords({"work", "$Junk"});
  EXPECT_TRUE(matches(flag(SystemFlag::kSeen), subject));
  EXPECT_FALSE(matches(flag(SystemFlag::kDeleted), subject));
  EXPECT_TRUE(matches(text(Kind::kKeyword, "$junk"), subject, keywords));
  EXPECT_FALSE(matches(text(Kind::kKeyword, "work"), subject, keywords));
  EXPECT_FALSE(matches(text(Kind::kKeyword, "unheard-of"), subject, keywords));
  EXPECT_FALSE(matches(of(Kind::kRecent), subject));
  subject.recent_ = true;
  EXPECT_TRUE(matches(of(Kind::kRecent), subject));
  SearchKey uids = of(Kind::kUidSet);
  uids.uids = UidSet(UidRange{Uid(5), Uid(7)});
  EXPECT_TRUE(matches(uids, subject));
  subject.entry_.uid = Uid(8);
  EXPECT_FALSE(matches(uids, subject));
  EXPECT_EQ(subject.digests_, 0);
}

TEST(Search, CombinesKeys) {
  Subject subject("\r\n");
  const SearchKey yes = of(Kind::kAll);
  const SearchKey no = of(Kind::kNot, {of(Kind::kAll)});
  EXPECT_TRUE(matches(yes, subject));
  EXPECT_FALSE(matches(no, subject));
  EXPECT_TRUE(matches(of(Kind::kAnd, {yes, yes}), subject));
  EXPECT_FALSE(matches(of(Kind::kAnd, {yes, no}), subject));
  EXPECT_TRUE(matches(of(Kind::kOr, {no, yes}), subject));
  EXPECT_FALSE(matches(of(Kind::kOr, {no, no}), subject));
  EXPECT_TRUE(matches(of(Kind::kNot, {of(Kind::kAnd, {yes, no})}), subject));
  EXPECT_TRUE(matches(of(Kind::kAnd), subject));
  EXPECT_FALSE(matches(of(Kind::kOr), subject));
}

TEST(Search, ModSeqIsThatOrAHigherOne) {
  Subject subject("\r\n");
  subject.entry_.modseq = ModSeq(5);
  EXPECT_TRUE(matches(number(Kind::kModSeq, 0), subject));
  EXPECT_TRUE(matches(number(Kind::kModSeq, 5), subject));
  EXPECT_FALSE(matches(number(Kind::kModSeq, 6), subject));
}

TEST(Search, KnowsTheLowestModSeqThatCanMatch) {
  const auto modseq = [](std::uint64_t value) { return number(Kind::kModSeq, value); };
  EXPECT_EQ(lowest_modseq(of(Kind::kAll)), ModSeq(0));
  EXPECT_EQ(lowest_modseq(modseq(7)), ModSeq(7));
  EXPECT_EQ(lowest_modseq(of(Kind::kAnd, {of(Kind::kAll), modseq(7), modseq(5)})), ModSeq(7));
  EXPECT_EQ(lowest_modseq(of(Kind::kOr, {modseq(7), modseq(5)})), ModSeq(5));
  EXPECT_EQ(lowest_modseq(of(Kind::kOr, {modseq(7), of(Kind::kAll)})), ModSeq(0));
  EXPECT_EQ(lowest_modseq(of(Kind::kNot, {modseq(7)})), ModSeq(0));
  EXPECT_TRUE(asks_modseq(of(Kind::kOr, {of(Kind::kAll), of(Kind::kNot, {modseq(7)})})));
  EXPECT_FALSE(asks_modseq(of(Kind::kNot, {of(Kind::kAll)})));
}

TEST(Search, SizesAreStrictlyCompared) {
  Subject subject("\r\n12345678");  // 10 octets
  EXPECT_TRUE(matches(number(Kind::kLarger, 9), subject));
  EXPECT_FALSE(matches(number(Kind::kLarger, 10), subject));
  EXPECT_TRUE(matches(number(Kind::kSmaller, 11), subject));
  EXPECT_FALSE(matches(number(Kind::kSmaller, 10), subject));
}

// 23:30 in a zone east of UTC: that zone's day, whatever UTC says.
TEST(Search, InternalDateIsADayInItsOwnZone) {
  Subject subject("\r\n");
  subject.digest_.internal_date = {.unix_seconds = 10 * kDay + 23 * 3600 + 1800,
                                   .zone_minutes = 60};
  EXPECT_TRUE(matches(day(Kind::kOn, 11), subject));
  EXPECT_FALSE(matches(day(Kind::kOn, 10), subject));
  EXPECT_FALSE(matches(day(Kind::kBefore, 11), subject));
  EXPECT_TRUE(matches(day(Kind::kBefore, 12), subject));
  EXPECT_TRUE(matches(day(Kind::kSince, 11), subject));
  EXPECT_FALSE(matches(day(Kind::kSince, 12), subject));
  subject.digest_.internal_date = {.unix_seconds = -1, .zone_minutes = 0};
  EXPECT_TRUE(matches(day(Kind::kOn, -1), subject));
}

TEST(Search, SaveDateIsComparedAsTheInternalDateIs) {
  Subject subject("\r\n");
  subject.digest_.saved.date = {.unix_seconds = 10 * kDay + 23 * 3600 + 1800, .zone_minutes = 60};
  EXPECT_TRUE(matches(day(Kind::kSavedOn, 11), subject));
  EXPECT_FALSE(matches(day(Kind::kSavedBefore, 11), subject));
  EXPECT_TRUE(matches(day(Kind::kSavedBefore, 12), subject));
  EXPECT_TRUE(matches(day(Kind::kSavedSince, 11), subject));
  EXPECT_FALSE(matches(day(Kind::kSavedSince, 12), subject));
}

TEST(Search, ObjectIdsAreExact) {
  Subject subject("\r\n");
  EXPECT_FALSE(matches(text(Kind::kEmailId, "M0"), subject));
  EXPECT_FALSE(matches(text(Kind::kThreadId, "T0"), subject));
  subject.digest_.blob = BlobId(0xab);
  subject.digest_.saved.thread = ThreadId(0xcd);
  EXPECT_TRUE(matches(text(Kind::kEmailId, "Mab"), subject));
  EXPECT_TRUE(matches(text(Kind::kThreadId, "Tcd"), subject));
  for (const char* other : {"MAB", "mab", "Mabc", "Tab", "ab", "Mcd"}) {
    EXPECT_FALSE(matches(text(Kind::kEmailId, other), subject)) << other;
  }
  EXPECT_FALSE(matches(text(Kind::kThreadId, "Tab"), subject));
}

TEST(Search, SentDateIsTheDayAsWritten) {
  Subject subject("Date: Thu, 1 Jan 1970 00:30:00 +0200\r\n\r\n");
  EXPECT_TRUE(matches(day(Kind::kSentOn, 0), subject));
  EXPECT_FALSE(matches(day(Kind::kSentBefore, 0), subject));
  EXPECT_TRUE(matches(day(Kind::kSentBefore, 1), subject));
  EXPECT_TRUE(matches(day(Kind::kSentSince, 0), subject));
  EXPECT_FALSE(matches(day(Kind::kSentSince, 1), subject));
}

TEST(Search, SentDateIsTheInternalDateWithoutADateHeader) {
  Subject subject("Date: whenever\r\n\r\n");
  subject.digest_.internal_date = {.unix_seconds = 5 * kDay, .zone_minutes = 0};
  EXPECT_TRUE(matches(day(Kind::kSentOn, 5), subject));
}

// RFC 5032 section 2: both include the second of the target time.
TEST(Search, YoungerAndOlderMeetAtTheTargetTime) {
  Subject subject("\r\n");
  subject.digest_.internal_date.unix_seconds = 1000;
  const auto at = [&](Kind kind, std::int64_t now) {
    return matches(number(kind, 100), subject, {}, now);
  };
  EXPECT_TRUE(at(Kind::kYounger, 1099));
  EXPECT_TRUE(at(Kind::kYounger, 1100));
  EXPECT_FALSE(at(Kind::kYounger, 1101));
  EXPECT_FALSE(at(Kind::kOlder, 1099));
  EXPECT_TRUE(at(Kind::kOlder, 1100));
  EXPECT_TRUE(at(Kind::kOlder, 1101));
  EXPECT_TRUE(matches(number(Kind::kYounger, ~std::uint64_t{0}), subject));
}

// RFC 5267 section 4.3: a search that lives on.
TEST(Search, KnowsNewKeywordsAndTheTimeOnceItIsRefreshed) {
  Subject subject("\r\n");
  subject.digest_.internal_date.unix_seconds = 1000;
  subject.entry_.flags.keywords = 1;
  SearchMatcher junk(of(Kind::kNot, {text(Kind::kKeyword, "$Junk")}), {}, 0);
  EXPECT_TRUE(*junk.match(subject));
  junk.refresh(KeywordTable({"$Junk"}), 0);
  EXPECT_FALSE(*junk.match(subject));
  SearchMatcher young(number(Kind::kYounger, 100), {}, 1100);
  EXPECT_TRUE(*young.match(subject));
  young.refresh({}, 1101);
  EXPECT_FALSE(*young.match(subject));
}

TEST(Search, KnowsWhetherAnAnswerMayChange) {
  for (const Kind kind :
       {Kind::kFlag, Kind::kKeyword, Kind::kRecent, Kind::kYounger, Kind::kOlder, Kind::kModSeq}) {
    EXPECT_TRUE(asks_what_changes(of(kind)));
    EXPECT_TRUE(asks_what_changes(of(Kind::kOr, {of(Kind::kBody), of(Kind::kNot, {of(kind)})})));
  }
  for (const Kind kind : {Kind::kAll, Kind::kBody, Kind::kHeader, Kind::kSince, Kind::kSavedOn,
                          Kind::kEmailId, Kind::kLarger, Kind::kUidSet}) {
    EXPECT_FALSE(asks_what_changes(of(Kind::kAnd, {of(kind), of(Kind::kAll)})));
  }
}

TEST(Search, KnowsWhatAProgramHolds) {
  SearchKey uids = of(Kind::kUidSet);
  for (std::uint32_t uid = 1; uid <= 2000; uid += 2) uids.uids.add(Uid(uid));
  const std::size_t octets =
      octets_of(of(Kind::kOr, {std::move(uids), text(Kind::kBody, std::string(5000, 'a'))}));
  EXPECT_GE(octets, 1000 * sizeof(UidRange) + 2 * 5000);
  EXPECT_LE(octets, 1000 * sizeof(UidRange) + 2 * 5000 + 3 * 1000);
}

TEST(Search, HeaderFieldsAreUnfoldedAndDecoded) {
  const std::string message =
      "Subject: =?utf-8?Q?J=C3?= =?utf-8?Q?=BCrgen?= writes\r\n a letter\r\n"
      "From: =?iso-8859-1?q?J=FCrgen?= <juergen@example.com>\r\nX-Empty:\r\n\r\nX-Body: x\r\n";
  EXPECT_TRUE(header_has(message, "SUBJECT", "JÜRGEN WRITES A LETTER"));
  EXPECT_TRUE(header_has(message, "from", "jürgen <juergen@EXAMPLE.com>"));
  EXPECT_FALSE(header_has(message, "From", "letter"));
  EXPECT_FALSE(header_has(message, "To", "juergen"));
  EXPECT_FALSE(header_has(message, "X-Body", "x"));
}

TEST(Search, AnEmptyTextAsksWhetherTheFieldExists) {
  const std::string message = "Subject:\r\nX-Empty:\r\n\r\n";
  EXPECT_TRUE(header_has(message, "X-Empty", ""));
  EXPECT_TRUE(header_has(message, "Subject", ""));
  EXPECT_FALSE(header_has(message, "X-None", ""));
  EXPECT_FALSE(header_has("X-Empty:\r\n\r\n", "Subject", ""));
}

TEST(Search, FieldsMayComeMoreThanOnce) {
  EXPECT_TRUE(header_has("Received: one\r\nReceived: two\r\n\r\n", "received", "two"));
}

TEST(Search, WordsOfUnknownCharsetsAreSearchedAsTheyStand) {
  EXPECT_TRUE(header_has("Subject: =?x-none?Q?abc?=\r\n\r\n", "Subject", "=?x-none?q?abc?="));
}

TEST(Search, BodiesAreDecoded) {
  EXPECT_TRUE(body_has("\r\nHello World\r\n", "hello world"));
  EXPECT_FALSE(body_has("Subject: hello\r\n\r\nnothing\r\n", "hello"));
  EXPECT_TRUE(
      body_has("Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8g\r\nV29ybGQ=\r\n", "hello world"));
  EXPECT_FALSE(body_has("Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n", "SGVsbG8"));
  EXPECT_TRUE(body_has("Content-Type: text/plain; charset=koi8-r\r\n\r\n\xf0\xd2\xc9\xd7\xc5\xd4",
                       "ПРИВЕТ"));
  EXPECT_TRUE(
      body_has("Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "
               "quoted-printable\r\n\r\nStra=C3=\r\n=9Fe\r\n",
               "STRAßE"));
  EXPECT_TRUE(
      body_has("Content-Type: text/plain; charset=nobody-knows\r\n\r\nJ\xc3\xbcrgen", "jürgen"));
}

TEST(Search, TextIsComparedAsUnicode) {
  EXPECT_TRUE(body_has("\r\nÄrger mit ΣΊΣΥΦΟΣ\r\n", "ärger mit σίσυφος"));
  EXPECT_TRUE(body_has("\r\nA\xcc\x88rger\r\n", "ärger"));
  EXPECT_TRUE(body_has("\r\nPlain text, a dash \xe2\x80\x93 and Plain Words\r\n", "plain words"));
  EXPECT_FALSE(body_has("\r\nArger\r\n", "Ärger"));
}

constexpr std::string_view kMixed =
    "Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n"
    "--b\r\n\r\nfirst text\r\n"
    "--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nc2VjcmV0\r\n"
    "--b\r\nContent-Type: application/x-plain\r\n\r\nraw octets\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?Q?inn=65r?=\r\n\r\ninner text\r\n"
    "--b--\r\n";

TEST(Search, BodyLooksAtTextPartsAndMessagesInTheMessage) {
  const std::string message(kMixed);
  EXPECT_TRUE(body_has(message, "first text"));
  EXPECT_TRUE(body_has(message, "raw octets"));
  EXPECT_TRUE(body_has(message, "subject: inner"));
  EXPECT_TRUE(body_has(message, "inner text"));
  EXPECT_FALSE(body_has(message, "outer"));
  EXPECT_FALSE(body_has(message, "secret"));
  EXPECT_FALSE(body_has(message, "c2VjcmV0"));
  EXPECT_TRUE(body_has(message, ""));
}

TEST(Search, TextLooksAtHeaderAndBody) {
  Subject subject{std::string(kMixed)};
  EXPECT_TRUE(matches(text(Kind::kText, "subject: OUTER"), subject));
  EXPECT_TRUE(matches(text(Kind::kText, "inner text"), subject));
  EXPECT_FALSE(matches(text(Kind::kText, "nowhere"), subject));
}

TEST(Search, AsksForEachThingAtMostOnce) {
  Subject subject{std::string(kMixed)};
  EXPECT_FALSE(matches(of(Kind::kOr, {text(Kind::kBody, "nowhere"), header("From", "nobody"),
                                      day(Kind::kOn, 99), text(Kind::kText, "not here")}),
                       subject));
  EXPECT_EQ(subject.digests_, 1);
  EXPECT_EQ(subject.messages_, 1);
}

TEST(Search, AsksCheapKeysFirst) {
  Subject subject{std::string(kMixed)};
  EXPECT_FALSE(
      matches(of(Kind::kAnd, {text(Kind::kBody, "first"), flag(SystemFlag::kSeen)}), subject));
  EXPECT_EQ(subject.digests_, 0);
  EXPECT_TRUE(
      matches(of(Kind::kOr, {text(Kind::kBody, "first"), number(Kind::kLarger, 1)}), subject));
  EXPECT_EQ(subject.messages_, 0);
  EXPECT_FALSE(matches(
      of(Kind::kAnd, {of(Kind::kNot, {text(Kind::kBody, "x")}), day(Kind::kOn, 99)}), subject));
  EXPECT_EQ(subject.messages_, 0);
}

TEST(Search, ReadsNoMessageForItsSubject) {
  Subject subject{std::string(kMixed)};
  EXPECT_TRUE(matches(header("subject", "Outer"), subject));
  EXPECT_EQ(subject.messages_, 0);
}

TEST(Search, SaysWhatTheEntryDecides) {
  using Verdict = SearchMatcher::Verdict;
  Subject subject{std::string(kMixed)};
  const auto verdict = [&](SearchKey key) {
    return SearchMatcher(std::move(key), {}, 0).match_entry(subject);
  };
  const SearchKey no = flag(SystemFlag::kSeen);
  const SearchKey yes = of(Kind::kNot, {no});
  const SearchKey open = text(Kind::kBody, "x");
  EXPECT_EQ(verdict(of(Kind::kAnd, {of(Kind::kAll), yes})), Verdict::kYes);
  EXPECT_EQ(verdict(of(Kind::kAnd, {yes, open})), Verdict::kOpen);
  EXPECT_EQ(verdict(of(Kind::kAnd, {open, no})), Verdict::kNo);
  EXPECT_EQ(verdict(of(Kind::kOr, {open, yes})), Verdict::kYes);
  EXPECT_EQ(verdict(of(Kind::kOr, {no, number(Kind::kLarger, 1)})), Verdict::kOpen);
  EXPECT_EQ(verdict(of(Kind::kOr, {no, no})), Verdict::kNo);
  EXPECT_EQ(verdict(of(Kind::kNot, {open})), Verdict::kOpen);
  EXPECT_EQ(verdict(of(Kind::kNot, {of(Kind::kAnd, {open, no})})), Verdict::kYes);
  EXPECT_EQ(subject.digests_ + subject.messages_, 0);
}

TEST(Search, HandsErrorsOn) {
  Subject subject{std::string(kMixed)};
  subject.broken_ = ErrorCode::kUnavailable;
  for (SearchKey key : {of(Kind::kNot, {day(Kind::kOn, 1)}), text(Kind::kBody, "x")}) {
    const auto answer = SearchMatcher(std::move(key), {}, 0).match(subject);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  }
}

TEST(Search, ABrokenStructureIsCorruption) {
  Subject subject{std::string(kMixed)};
  subject.digest_.structure = "nonsense";
  const auto answer = SearchMatcher(text(Kind::kBody, "x"), {}, 0).match(subject);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kCorruption);
}

TEST(Search, AStructureThatDoesNotFitTheMessageIsClipped) {
  Subject subject{std::string(kMixed)};
  for (std::size_t size = kMixed.size(); size > 0; size -= std::min<std::size_t>(size, 13)) {
    subject.message_.resize(size);
    EXPECT_FALSE(matches(text(Kind::kText, "nowhere"), subject));
  }
}

}  // namespace
}  // namespace roost::mail
