#include "mail/search.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>

#include "base/ascii.h"
#include "mail/envelope.h"
#include "mail/fold.h"
#include "mail/message_text.h"
#include "mail/object_id.h"
#include "mail/part_tree.h"
#include "mail/rfc2047.h"
#include "mail/sent_date.h"

namespace roost::mail {
namespace {

using Kind = SearchKey::Kind;

constexpr std::int64_t kSecondsADay = 86'400;
constexpr std::uint64_t kMaxInterval = std::uint64_t{1}
                                       << 40;  // seconds; keeps now - interval sane

// What it takes to answer a key. Ordered: cheaper first.
enum class Cost : std::uint8_t { kFlags, kDigest, kHeader, kBody };

Cost cost_of(const SearchKey& key) {
  switch (key.kind) {
    case Kind::kAll:
    case Kind::kAnd:
    case Kind::kOr:
    case Kind::kNot:
    case Kind::kFlag:
    case Kind::kKeyword:
    case Kind::kRecent:
    case Kind::kModSeq:
    case Kind::kUidSet:
      return Cost::kFlags;
    case Kind::kBefore:
    case Kind::kOn:
    case Kind::kSince:
    case Kind::kSentBefore:
    case Kind::kSentOn:
    case Kind::kSentSince:
    case Kind::kYounger:
    case Kind::kOlder:
    case Kind::kSavedBefore:
    case Kind::kSavedOn:
    case Kind::kSavedSince:
    case Kind::kEmailId:
    case Kind::kThreadId:
    case Kind::kLarger:
    case Kind::kSmaller:
      return Cost::kDigest;
    case Kind::kHeader:
      // The Subject is in the envelope, so that looking for one reads no message.
      return equal_ignoring_case(key.field, "Subject") ? Cost::kDigest : Cost::kHeader;
    case Kind::kBody:
    case Kind::kText:
      return Cost::kBody;
  }
  return Cost::kBody;
}

std::int64_t day_of(const InternalDate& date) {
  const std::int64_t local = date.unix_seconds + std::int64_t{date.zone_minutes} * 60;
  return local / kSecondsADay - (local % kSecondsADay < 0 ? 1 : 0);
}

// The day of the Date: header; the internal date's where it has none.
std::int64_t sent_day_of(const Digest& digest) {
  if (const auto date = date_of_envelope(digest.envelope)) {
    if (const auto sent = parse_sent_date(*date)) return sent->day;
  }
  return day_of(digest.internal_date);
}

// What has been asked of one message, and what was made of it.
class Evidence {
 public:
  explicit Evidence(SearchSubject& subject) : subject_(subject) {}

  SearchSubject& subject() { return subject_; }

  Result<const Digest*> digest() {
    if (!digest_) digest_ = subject_.digest();
    return *digest_;
  }

  // Nothing where there is none.
  std::optional<FoldedText>& subject_of(const Digest& digest) {
    if (!header_subject_) {
      header_subject_.emplace();
      if (const auto subject = subject_of_envelope(digest.envelope)) {
        header_subject_->emplace(fold(decode_encoded_words(*subject)));
      }
    }
    return *header_subject_;
  }

  std::int64_t sent_day_of(const Digest& digest) {
    if (!sent_day_) sent_day_ = mail::sent_day_of(digest);
    return *sent_day_;
  }

  Result<MessageText*> text() {
    if (text_) return &*text_;
    const auto known = digest();
    if (!known) return fail(known.error());
    auto tree = decode_part_tree((*known)->structure);
    if (!tree) return fail(std::move(tree).error());
    const auto message = subject_.message();
    if (!message) return fail(message.error());
    tree_ = *std::move(tree);
    return &text_.emplace(*message, tree_);
  }

 private:
  SearchSubject& subject_;
  std::optional<Result<const Digest*>> digest_;
  std::optional<std::optional<FoldedText>> header_subject_;
  std::optional<std::int64_t> sent_day_;
  PartNode tree_;
  std::optional<MessageText> text_;
};

}  // namespace

bool asks_modseq(const SearchKey& program) {
  return program.kind == Kind::kModSeq || std::ranges::any_of(program.children, asks_modseq);
}

bool asks_what_changes(const SearchKey& program) {
  switch (program.kind) {
    case Kind::kFlag:
    case Kind::kKeyword:
    case Kind::kRecent:
    case Kind::kYounger:
    case Kind::kOlder:
    case Kind::kModSeq:
      return true;
    default:
      return std::ranges::any_of(program.children, asks_what_changes);
  }
}

ModSeq lowest_modseq(const SearchKey& program) {
  switch (program.kind) {
    case Kind::kModSeq:
      return ModSeq(program.number);
    case Kind::kAnd:
      return std::ranges::max(program.children | std::views::transform(lowest_modseq));
    case Kind::kOr:
      return std::ranges::min(program.children | std::views::transform(lowest_modseq));
    default:
      return ModSeq(0);
  }
}

// One key of the program, ready: children sorted, text folded.
class SearchMatcher::Program {
 public:
  Program(SearchKey key, const KeywordTable& keywords, std::int64_t now)
      : key_(std::move(key)), cost_(cost_of(key_)), now_(now) {
    for (SearchKey& child : key_.children) {
      children_.emplace_back(std::move(child), keywords, now);
      cost_ = std::max(cost_, children_.back().cost_);
    }
    key_.children.clear();
    std::ranges::sort(children_, {}, &Program::cost_);
    if (key_.kind == Kind::kKeyword) {
      find_keyword(keywords);
    } else if (key_.kind == Kind::kEmailId) {
      key_.number = mail::email_named(key_.text).value_or(BlobId()).value;
    } else if (key_.kind == Kind::kThreadId) {
      key_.number = mail::thread_named(key_.text).value_or(ThreadId()).value;
    } else {
      text_ = SearchText(
          key_.text, key_.fuzzy ? SearchText::Matching::kFuzzy : SearchText::Matching::kSubstring);
    }
  }

  void refresh(const KeywordTable& keywords, std::int64_t now) {
    now_ = now;
    if (key_.kind == Kind::kKeyword) find_keyword(keywords);
    for (Program& child : children_) child.refresh(keywords, now);
  }

  [[nodiscard]] Result<Closeness> closeness(Evidence& evidence) const {
    switch (key_.kind) {
      case Kind::kAnd:
        return least(evidence);
      case Kind::kOr:
        return greatest(evidence);
      case Kind::kNot:
        return none(evidence);
      default:
        if (cost_ == Cost::kFlags) return matches_entry(evidence.subject()) ? kExactly : 0;
        return cost_ == Cost::kDigest ? in_digest(evidence) : in_text(evidence);
    }
  }

  [[nodiscard]] Verdict match_entry(SearchSubject& subject) const {
    switch (key_.kind) {
      case Kind::kAnd:
        return decided_by(Verdict::kNo, subject);
      case Kind::kOr:
        return decided_by(Verdict::kYes, subject);
      case Kind::kNot:
        return negation_of(decided_by(Verdict::kNo, subject));
      default:
        if (cost_ != Cost::kFlags) return Verdict::kOpen;
        return matches_entry(subject) ? Verdict::kYes : Verdict::kNo;
    }
  }

 private:
  void find_keyword(const KeywordTable& keywords) {
    if (const auto bit = keywords.find(key_.text)) keyword_ = std::uint64_t{1} << *bit;
  }
  // Requires: cost kFlags, and no children.
  bool matches_entry(SearchSubject& subject) const {
    switch (key_.kind) {
      case Kind::kFlag:
        return subject.entry().flags.has(key_.flag);
      case Kind::kKeyword:
        return (subject.entry().flags.keywords & keyword_) != 0;
      case Kind::kRecent:
        return subject.recent();
      case Kind::kModSeq:
        return subject.entry().modseq.value >= key_.number;
      case Kind::kUidSet:
        return key_.uids.contains(subject.entry().uid);
      default:
        return true;  // kAll
    }
  }
  static Verdict negation_of(Verdict verdict) {
    if (verdict == Verdict::kOpen) return verdict;
    return verdict == Verdict::kYes ? Verdict::kNo : Verdict::kYes;
  }
  Verdict decided_by(Verdict decisive, SearchSubject& subject) const {
    Verdict verdict = negation_of(decisive);
    for (const Program& child : children_) {
      const Verdict answer = child.match_entry(subject);
      if (answer == decisive) return answer;
      if (answer == Verdict::kOpen) verdict = answer;
    }
    return verdict;
  }

  Result<Closeness> least(Evidence& evidence) const {
    Closeness worst = kExactly;
    for (const Program& child : children_) {
      const auto answer = child.closeness(evidence);
      if (!answer || *answer == 0) return answer;
      worst = std::min(worst, *answer);
    }
    return worst;
  }
  Result<Closeness> greatest(Evidence& evidence) const {
    Closeness best = 0;
    for (const Program& child : children_) {
      const auto answer = child.closeness(evidence);
      if (!answer || *answer == kExactly) return answer;
      best = std::max(best, *answer);
    }
    return best;
  }
  Result<Closeness> none(Evidence& evidence) const {
    const auto all = least(evidence);
    if (!all) return all;
    return *all > 0 ? 0 : kExactly;
  }
  Result<Closeness> in_digest(Evidence& evidence) const;
  bool match_digest(const Digest& digest, Evidence& evidence) const;
  Result<Closeness> in_text(Evidence& evidence) const;

  SearchKey key_;  // without its children
  SearchText text_;
  std::vector<Program> children_;
  Cost cost_;
  std::int64_t now_;
  std::uint64_t keyword_ = 0;  // its bit; 0 if the mailbox does not know it
};

Result<Closeness> SearchMatcher::Program::in_digest(Evidence& evidence) const {
  const auto known = evidence.digest();
  if (!known) return fail(known.error());
  if (key_.kind != Kind::kHeader) return match_digest(**known, evidence) ? kExactly : 0;
  auto& subject = evidence.subject_of(**known);
  return subject ? text_.in(*subject) : 0;
}

bool SearchMatcher::Program::match_digest(const Digest& digest, Evidence& evidence) const {
  const auto age_limit = [&] {
    return now_ - static_cast<std::int64_t>(std::min<std::uint64_t>(key_.number, kMaxInterval));
  };
  switch (key_.kind) {
    case Kind::kBefore:
      return day_of(digest.internal_date) < key_.day;
    case Kind::kOn:
      return day_of(digest.internal_date) == key_.day;
    case Kind::kSince:
      return day_of(digest.internal_date) >= key_.day;
    case Kind::kSentBefore:
      return evidence.sent_day_of(digest) < key_.day;
    case Kind::kSentOn:
      return evidence.sent_day_of(digest) == key_.day;
    case Kind::kSentSince:
      return evidence.sent_day_of(digest) >= key_.day;
    case Kind::kYounger:
      return digest.internal_date.unix_seconds >= age_limit();
    case Kind::kOlder:
      return digest.internal_date.unix_seconds <= age_limit();
    case Kind::kSavedBefore:
      return day_of(digest.saved.date) < key_.day;
    case Kind::kSavedOn:
      return day_of(digest.saved.date) == key_.day;
    case Kind::kSavedSince:
      return day_of(digest.saved.date) >= key_.day;
    case Kind::kEmailId:
      return key_.number != 0 && digest.blob.value == key_.number;
    case Kind::kThreadId:
      return key_.number != 0 && digest.saved.thread.value == key_.number;
    case Kind::kLarger:
      return digest.size > key_.number;
    case Kind::kSmaller:
      return digest.size < key_.number;
    default:
      return false;
  }
}

// TEXT in the header says more than in a body.
Result<Closeness> SearchMatcher::Program::in_text(Evidence& evidence) const {
  const auto text = evidence.text();
  if (!text) return fail(text.error());
  MessageText& message = **text;
  if (key_.kind == Kind::kHeader) return message.in_field(key_.field, text_);
  if (key_.kind == Kind::kBody) return message.in_body(text_);
  const Closeness in_header = message.in_header(text_);
  if (in_header == kExactly) return in_header;
  const Closeness in_body = message.in_body(text_);
  return std::max(in_header, key_.fuzzy ? in_body * 4 / 5 : in_body);
}

SearchMatcher::SearchMatcher(SearchKey program, const KeywordTable& keywords, std::int64_t now)
    : program_(std::make_unique<Program>(std::move(program), keywords, now)) {}
SearchMatcher::~SearchMatcher() = default;
SearchMatcher::SearchMatcher(SearchMatcher&&) noexcept = default;
SearchMatcher& SearchMatcher::operator=(SearchMatcher&&) noexcept = default;

Result<bool> SearchMatcher::match(SearchSubject& subject) const {
  const auto found = closeness(subject);
  if (!found) return fail(found.error());
  return *found > 0;
}

Result<Closeness> SearchMatcher::closeness(SearchSubject& subject) const {
  Evidence evidence(subject);
  return program_->closeness(evidence);
}

SearchMatcher::Verdict SearchMatcher::match_entry(SearchSubject& subject) const {
  return program_->match_entry(subject);
}

void SearchMatcher::refresh(const KeywordTable& keywords, std::int64_t now) {
  program_->refresh(keywords, now);
}

std::size_t octets_of(const SearchKey& program) {
  // Texts stand there a second time, folded.
  std::size_t octets = 2 * (sizeof program + program.field.size() + program.text.size()) +
                       program.uids.ranges().size() * sizeof(UidRange);
  for (const SearchKey& child : program.children) octets += octets_of(child);
  return octets;
}

bool is_fuzzy(const SearchKey& program) {
  return program.fuzzy || std::ranges::any_of(program.children, is_fuzzy);
}

void make_fuzzy(SearchKey& program) {
  program.fuzzy = true;
  for (SearchKey& child : program.children) make_fuzzy(child);
}

}  // namespace roost::mail
