// Parser: search-key (RFC 3501 section 9, meanings in section 6.4.4; OLDER and YOUNGER of RFC
// 5032, "$" of RFC 5182, FUZZY of RFC 6203, MODSEQ of RFC 7162 section 3.1.5, EMAILID and THREADID
// of RFC 8474 section 6, SAVED… of RFC 8514 section 4.3). Recursion is as deep as kMaxNesting
// allows, whatever a client sends.
#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "imap/protocol/parser.h"
#include "imap/protocol/quirks.h"

namespace roost::imap {
namespace {

using Kind = mail::SearchKey::Kind;
using mail::SearchKey;
using mail::SystemFlag;

enum class Argument : std::uint8_t {
  kNone,
  kDate,
  kNumber,
  kSeconds,
  kKeyword,
  kText,
  kField,
  kModSeq,
  kObjectId
};
enum class Sense : std::uint8_t { kIs, kIsNot };

// A search key that is one word and at most one argument.
struct Word {
  std::string_view name;
  Kind kind;
  Argument argument = Argument::kNone;
  Sense sense = Sense::kIs;
  SystemFlag flag = SystemFlag::kSeen;
  std::string_view field = {};
};

constexpr Word flag(std::string_view name, SystemFlag flag, Sense sense) {
  return {.name = name, .kind = Kind::kFlag, .sense = sense, .flag = flag};
}
constexpr Word header(std::string_view name, std::string_view field) {
  return {.name = name, .kind = Kind::kHeader, .argument = Argument::kText, .field = field};
}

constexpr auto kWords = std::to_array<Word>({
    {"ALL", Kind::kAll},
    flag("ANSWERED", SystemFlag::kAnswered, Sense::kIs),
    header("BCC", "Bcc"),
    {"BEFORE", Kind::kBefore, Argument::kDate},
    {"BODY", Kind::kBody, Argument::kText},
    header("CC", "Cc"),
    flag("DELETED", SystemFlag::kDeleted, Sense::kIs),
    flag("DRAFT", SystemFlag::kDraft, Sense::kIs),
    {"EMAILID", Kind::kEmailId, Argument::kObjectId},
    flag("FLAGGED", SystemFlag::kFlagged, Sense::kIs),
    header("FROM", "From"),
    {"HEADER", Kind::kHeader, Argument::kField},
    {"KEYWORD", Kind::kKeyword, Argument::kKeyword},
    {"LARGER", Kind::kLarger, Argument::kNumber},
    {"MODSEQ", Kind::kModSeq, Argument::kModSeq},
    {"OLD", Kind::kRecent, Argument::kNone, Sense::kIsNot},
    {"OLDER", Kind::kOlder, Argument::kSeconds},
    {"ON", Kind::kOn, Argument::kDate},
    {"RECENT", Kind::kRecent},
    {"SAVEDATESUPPORTED", Kind::kAll},
    {"SAVEDBEFORE", Kind::kSavedBefore, Argument::kDate},
    {"SAVEDON", Kind::kSavedOn, Argument::kDate},
    {"SAVEDSINCE", Kind::kSavedSince, Argument::kDate},
    flag("SEEN", SystemFlag::kSeen, Sense::kIs),
    {"SENTBEFORE", Kind::kSentBefore, Argument::kDate},
    {"SENTON", Kind::kSentOn, Argument::kDate},
    {"SENTSINCE", Kind::kSentSince, Argument::kDate},
    {"SINCE", Kind::kSince, Argument::kDate},
    {"SMALLER", Kind::kSmaller, Argument::kNumber},
    header("SUBJECT", "Subject"),
    {"TEXT", Kind::kText, Argument::kText},
    {"THREADID", Kind::kThreadId, Argument::kObjectId},
    header("TO", "To"),
    flag("UNANSWERED", SystemFlag::kAnswered, Sense::kIsNot),
    flag("UNDELETED", SystemFlag::kDeleted, Sense::kIsNot),
    flag("UNDRAFT", SystemFlag::kDraft, Sense::kIsNot),
    flag("UNFLAGGED", SystemFlag::kFlagged, Sense::kIsNot),
    {"UNKEYWORD", Kind::kKeyword, Argument::kKeyword, Sense::kIsNot},
    flag("UNSEEN", SystemFlag::kSeen, Sense::kIsNot),
    {"YOUNGER", Kind::kYounger, Argument::kSeconds},
});

SearchKey negated(SearchKey key) {
  SearchKey outer;
  outer.kind = Kind::kNot;
  outer.children.push_back(std::move(key));
  return outer;
}

SearchKey joined(Kind kind, SearchKey first, SearchKey second) {
  SearchKey outer;
  outer.kind = kind;
  outer.children.push_back(std::move(first));
  outer.children.push_back(std::move(second));
  return outer;
}

// Reads one program. Lives for one call of Parser::search_program.
class SearchReader {
 public:
  SearchReader(Parser& parser, std::string_view charset, const mail::MailboxView& view,
               const mail::UidSet& saved);

  SearchKey keys();  // search-key *(SP search-key)
  [[nodiscard]] bool unknown_charset() const { return unknown_charset_; }
  [[nodiscard]] bool has_message_numbers() const { return has_message_numbers_; }

 private:
  SearchKey key();
  SearchKey key_named(std::string_view name);
  SearchKey uid_set();
  SearchKey message_set();
  SearchKey saved_result();
  void read_argument(const Word& word, SearchKey& into);
  std::string text();

  Parser& parser_;
  std::string_view charset_;
  const mail::MailboxView& view_;
  const mail::UidSet& saved_;
  bool unknown_charset_;
  std::size_t depth_ = 0;
  std::size_t keys_ = 0;
  std::size_t message_sets_ = 0;
  bool has_message_numbers_ = false;
};

// US-ASCII is the default; octets above 127 in it are read as mail/charset.h says.
SearchReader::SearchReader(Parser& parser, std::string_view charset, const mail::MailboxView& view,
                           const mail::UidSet& saved)
    : parser_(parser),
      charset_(charset.empty() ? "US-ASCII" : charset),
      view_(view),
      saved_(saved),
      unknown_charset_(!mail::to_utf8({}, charset_)) {}

SearchKey SearchReader::keys() {
  std::vector<SearchKey> read;
  do {
    read.push_back(key());
  } while (!quirks::may_end(parser_.rest()) && parser_.try_char(' '));
  if (read.size() == 1) return std::move(read.front());
  SearchKey all;
  all.kind = Kind::kAnd;
  all.children = std::move(read);
  return all;
}

SearchKey SearchReader::key() {
  if (++keys_ > Parser::kMaxSearchKeys) parser_.fail("fewer search keys");
  if (depth_ > Parser::kMaxNesting) parser_.fail("less deeply nested search keys");
  if (!parser_.ok()) return {};
  if (is_digit(parser_.peek()) || parser_.peek() == '*') return message_set();
  if (parser_.peek() == '$') return saved_result();
  ++depth_;
  SearchKey read;
  if (parser_.try_char('(')) {
    read = keys();
    parser_.expect(')');
  } else {
    read = key_named(parser_.atom());
  }
  --depth_;
  return read;
}

SearchKey SearchReader::key_named(std::string_view name) {
  const auto is = [name](std::string_view other) { return equal_ignoring_case(name, other); };
  if (is("NOT")) {
    parser_.space();
    return negated(key());
  }
  if (is("OR")) {
    parser_.space();
    SearchKey first = key();
    parser_.space();
    return joined(Kind::kOr, std::move(first), key());
  }
  if (is("FUZZY")) {
    parser_.space();
    SearchKey read = key();
    mail::make_fuzzy(read);
    return read;
  }
  if (is("UID")) return uid_set();
  if (is("NEW")) return joined(Kind::kAnd, key_named("RECENT"), key_named("UNSEEN"));
  const auto word = std::ranges::find_if(kWords, is, &Word::name);
  if (word == kWords.end()) {
    parser_.fail("a search key");
    return {};
  }
  SearchKey read;
  read.kind = word->kind;
  read.flag = word->flag;
  read.field = word->field;
  read_argument(*word, read);
  return word->sense == Sense::kIs ? std::move(read) : negated(std::move(read));
}

void SearchReader::read_argument(const Word& word, SearchKey& into) {
  if (word.argument == Argument::kNone) return;
  parser_.space();
  switch (word.argument) {
    case Argument::kNone:
      return;
    case Argument::kDate:
      into.day = parser_.date();
      return;
    case Argument::kNumber:
      into.number = parser_.number64();
      return;
    case Argument::kSeconds:
      into.number = parser_.nz_number();
      return;
    case Argument::kKeyword:
      into.text = parser_.atom();
      return;
    case Argument::kField:
      into.field = parser_.astring();
      parser_.space();
      into.text = text();
      return;
    case Argument::kText:
      into.text = text();
      return;
    case Argument::kModSeq:
      if (parser_.peek() == '"') {
        parser_.search_modseq_ext();
        parser_.space();
      }
      into.number = parser_.mod_sequence_valzer().value;
      return;
    case Argument::kObjectId:
      into.text = parser_.object_id();
      return;
  }
}

std::string SearchReader::text() {
  std::string raw = parser_.astring();
  if (unknown_charset_) return raw;
  auto converted = mail::to_utf8(raw, charset_);
  if (!converted) {
    parser_.fail("a text in its charset");
    return {};
  }
  return std::move(*converted);
}

SearchKey SearchReader::uid_set() {
  parser_.space();
  if (parser_.peek() == '$') return saved_result();
  SearchKey read;
  read.kind = Kind::kUidSet;
  read.uids = parser_.sequence_set().uids_with_arrivals(view_);
  return read;
}

// By number, which UIDONLY forbids (RFC 9586 section 3.5). Each costs as much as the mailbox is
// large, so a program has few of them.
SearchKey SearchReader::message_set() {
  if (++message_sets_ > Parser::kMaxMessageSets) parser_.fail("fewer sequence sets");
  has_message_numbers_ = true;
  const SequenceSet set = parser_.sequence_set();
  SearchKey read;
  read.kind = Kind::kUidSet;
  if (parser_.ok()) read.uids = set.uids_of_existing_messages(view_);
  return read;
}

// "$" (RFC 5182 section 2.1)
SearchKey SearchReader::saved_result() {
  if (++message_sets_ > Parser::kMaxMessageSets) parser_.fail("fewer sequence sets");
  parser_.expect('$');
  SearchKey read;
  read.kind = Kind::kUidSet;
  if (parser_.ok()) read.uids = saved_;
  return read;
}

}  // namespace

std::string_view Parser::object_id() {
  constexpr std::size_t kMaxObjectId = 255;
  const std::string_view read =
      take_while([](char c) { return is_alnum(c) || c == '_' || c == '-'; });
  if (read.empty() || read.size() > kMaxObjectId) {
    fail("an object id");
    return {};
  }
  return read;
}

mail::SearchKey Parser::search_program(std::string_view charset, const mail::MailboxView& view,
                                       const mail::UidSet& saved) {
  SearchReader reader(*this, charset, view, saved);
  mail::SearchKey program = reader.keys();
  end();
  unknown_charset_ = reader.unknown_charset();
  has_message_numbers_ = reader.has_message_numbers();
  return ok() ? std::move(program) : negated(mail::SearchKey());  // which nothing matches
}

}  // namespace roost::imap
