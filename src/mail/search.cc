#include "mail/search.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "mail/envelope.h"
#include "mail/fold.h"
#include "mail/message_text.h"
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
  PartNode tree_;
  std::optional<MessageText> text_;
};

}  // namespace

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
      if (const auto bit = keywords.find(key_.text)) keyword_ = std::uint64_t{1} << *bit;
    } else {
      key_.text = fold(key_.text);
    }
  }

  [[nodiscard]] Cost cost() const { return cost_; }

  [[nodiscard]] Result<bool> match(Evidence& evidence) const {
    switch (key_.kind) {
      case Kind::kAll:
        return true;
      case Kind::kAnd:
        return decided_by(false, evidence);
      case Kind::kOr:
        return decided_by(true, evidence);
      case Kind::kNot:
        return negated(evidence);
      case Kind::kFlag:
        return evidence.subject().entry().flags.has(key_.flag);
      case Kind::kKeyword:
        return (evidence.subject().entry().flags.keywords & keyword_) != 0;
      case Kind::kRecent:
        return evidence.subject().recent();
      case Kind::kUidSet:
        return key_.uids.contains(evidence.subject().entry().uid);
      default:
        return cost_ == Cost::kDigest ? match_digest(evidence) : match_text(evidence);
    }
  }

 private:
  // The first child that says `decisive` decides; without one the answer is the other.
  Result<bool> decided_by(bool decisive, Evidence& evidence) const {
    for (const Program& child : children_) {
      const auto answer = child.match(evidence);
      if (!answer || *answer == decisive) return answer;
    }
    return !decisive;
  }
  Result<bool> negated(Evidence& evidence) const {
    const auto all = decided_by(false, evidence);
    if (!all) return all;
    return !*all;
  }
  Result<bool> match_digest(Evidence& evidence) const;
  bool match_subject(const Digest& digest) const;
  Result<bool> match_text(Evidence& evidence) const;

  SearchKey key_;  // without its children; its text folded
  std::vector<Program> children_;
  Cost cost_;
  std::int64_t now_;
  std::uint64_t keyword_ = 0;  // its bit; 0 if the mailbox does not know it
};

Result<bool> SearchMatcher::Program::match_digest(Evidence& evidence) const {
  const auto known = evidence.digest();
  if (!known) return fail(known.error());
  const Digest& digest = **known;
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
      return sent_day_of(digest) < key_.day;
    case Kind::kSentOn:
      return sent_day_of(digest) == key_.day;
    case Kind::kSentSince:
      return sent_day_of(digest) >= key_.day;
    case Kind::kYounger:
      return digest.internal_date.unix_seconds >= age_limit();
    case Kind::kOlder:
      return digest.internal_date.unix_seconds <= age_limit();
    case Kind::kLarger:
      return digest.size > key_.number;
    case Kind::kSmaller:
      return digest.size < key_.number;
    default:  // kHeader of Subject
      return match_subject(digest);
  }
}

bool SearchMatcher::Program::match_subject(const Digest& digest) const {
  const auto subject = subject_of_envelope(digest.envelope);
  return subject && contains(fold(decode_encoded_words(*subject)), key_.text);
}

Result<bool> SearchMatcher::Program::match_text(Evidence& evidence) const {
  const auto text = evidence.text();
  if (!text) return fail(text.error());
  MessageText& message = **text;
  if (key_.kind == Kind::kHeader) return message.field_contains(key_.field, key_.text);
  if (key_.kind == Kind::kText && message.header_contains(key_.text)) return true;
  return message.body_contains(key_.text);
}

SearchMatcher::SearchMatcher(SearchKey program, const KeywordTable& keywords, std::int64_t now)
    : program_(std::make_unique<Program>(std::move(program), keywords, now)) {}
SearchMatcher::~SearchMatcher() = default;
SearchMatcher::SearchMatcher(SearchMatcher&&) noexcept = default;

Result<bool> SearchMatcher::match(SearchSubject& subject) const {
  Evidence evidence(subject);
  return program_->match(evidence);
}

bool SearchMatcher::flags_only() const { return program_->cost() == Cost::kFlags; }

}  // namespace roost::mail
