#include "imap/message_search.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "imap/session.h"

namespace roost::imap {

namespace {

constexpr std::uint32_t kSlice = 20'000;         // messages looked at in one go
constexpr std::uint64_t kSliceOctets = 8 << 20;  // octets of messages read in one go
constexpr std::uint32_t kClockStep = 256;  // messages without a digest until the clock is asked

using Clock = std::chrono::steady_clock;

}  // namespace

void SearchTraits::take_effect(Session& session) const {
  if (asks_modseq) session.enable_condstore();
  session.numbers_stand = has_message_numbers;
}

// One message as the matcher asks for it.
class MessageSearch::Subject final : public mail::SearchSubject {
 public:
  Subject(const SearchedMailbox& mailbox, const mail::MessageEntry& entry,
          const mail::Digest* digest)
      : mailbox_(mailbox), entry_(entry), digest_(digest) {}

  const mail::MessageEntry& entry() override { return entry_; }
  bool recent() override { return mailbox_.recent.contains(entry_.uid); }
  Result<const mail::Digest*> digest() override { return digest_; }
  Result<std::string_view> message() override {
    if (message_) return std::string_view(*message_);
    auto octets = mailbox_.store.read_blob(digest_->blob, 0, digest_->size);
    if (!octets) return fail(std::move(octets.error()));
    message_ = *std::move(octets);
    return std::string_view(*message_);
  }

  [[nodiscard]] std::uint64_t octets_read() const { return message_ ? message_->size() : 0; }

 private:
  const SearchedMailbox& mailbox_;
  const mail::MessageEntry& entry_;
  const mail::Digest* digest_;
  std::optional<std::string> message_;
};

MessageSearch::MessageSearch(SearchCriteria criteria, const mail::KeywordTable& keywords,
                             std::int64_t now, Digests digests)
    : traits_(criteria.traits),
      asks_what_changes_(mail::asks_what_changes(criteria.program)),
      octets_(mail::octets_of(criteria.program)),
      lowest_modseq_(mail::lowest_modseq(criteria.program)),
      matcher_(std::move(criteria.program), keywords, now),
      digests_(digests) {}

Result<bool> MessageSearch::run(const SearchedMailbox& mailbox, const OnFound& found,
                                const mail::UidSet& known) {
  if (next_.value <= mailbox.view.size()) {
    const auto slice = candidates(mailbox, known);
    if (auto looked = look(mailbox, slice, found); !looked) return fail(std::move(looked.error()));
  }
  return next_.value > mailbox.view.size();
}

void MessageSearch::look_again(mail::SeqNum from, mail::ModSeq since,
                               const mail::KeywordTable& keywords, std::int64_t now) {
  next_ = from;
  since_ = since;
  matcher_.refresh(keywords, now);
}

// Sets next_ behind those it has looked at.
std::vector<MessageSearch::Candidate> MessageSearch::candidates(const SearchedMailbox& mailbox,
                                                                const mail::UidSet& known) {
  const auto deadline = Clock::now() + Session::kRunTime;
  std::vector<Candidate> candidates;
  std::uint32_t looked = 0;
  const auto look_at = [&](mail::SeqNum seq, const mail::MessageEntry& entry) {
    next_ = seq.next();
    ++looked;
    const bool goes_on = looked < kSlice && (looked % kClockStep != 0 || Clock::now() < deadline);
    if (!entry.known()) return goes_on;
    Subject subject(mailbox, entry, nullptr);
    const auto verdict = matcher_.match_entry(subject);
    if (verdict == mail::SearchMatcher::Verdict::kNo) return goes_on;
    const bool is_found = verdict == mail::SearchMatcher::Verdict::kYes;
    const bool needs_digest =
        !is_found || (digests_ == Digests::kOfAllFound && !known.contains(entry.uid));
    candidates.push_back({seq, &entry, is_found, needs_digest});
    return goes_on;
  };
  const mail::SeqNum last(mailbox.view.size());
  const mail::ModSeq lowest = std::max(lowest_modseq_, since_.next());
  if (lowest <= mail::ModSeq(1)) {
    mailbox.view.for_each(next_, last, look_at);
    return candidates;
  }
  // Most chunks have nothing that matches, and are not looked into.
  const mail::ModSeq since = lowest.prev();
  bool goes_on = true;
  auto seq = mailbox.view.next_changed(next_, since);
  for (; seq <= last && goes_on; seq = mailbox.view.next_changed(seq.next(), since)) {
    goes_on = look_at(seq, mailbox.view.at(seq));
  }
  if (goes_on) next_ = seq;
  return candidates;
}

// Stops early, and sets next_ back, where much had to be read or it took long. A message without a
// digest, or without its octets, was expunged meanwhile: then it matches nothing, unless its entry
// is enough.
Result<void> MessageSearch::look(const SearchedMailbox& mailbox,
                                 const std::vector<Candidate>& candidates, const OnFound& found) {
  mail::UidSet uids;
  for (const Candidate& candidate : candidates) {
    if (candidate.needs_digest) uids.add(candidate.entry->uid);
  }
  Result<void> result;
  const auto deadline = Clock::now() + Session::kRunTime;
  bool stopped = false;
  const auto stop_behind = [&](const Candidate& candidate) {
    stopped = true;
    next_ = candidate.seq.next();
  };
  auto at = candidates.begin();
  std::uint32_t passed = 0;
  // Those before uid that need no digest.
  const auto pass = [&](const mail::Uid* uid) {
    for (; at != candidates.end() && (uid == nullptr || at->entry->uid < *uid); ++at) {
      if (at->needs_digest) continue;
      result = found({at->seq, *at->entry, nullptr, mail::kExactly});
      if (++passed % kClockStep == 0 && Clock::now() >= deadline) stop_behind(*at);
      if (stopped || !result) return false;
    }
    return true;
  };
  std::uint64_t octets = 0;
  const auto visit = [&](mail::Uid uid, const mail::Digest& digest) {
    if (!pass(&uid)) return false;
    const Candidate& candidate = *at++;
    Subject subject(mailbox, *candidate.entry, &digest);
    const auto closeness =
        candidate.is_found ? Result<mail::Closeness>(mail::kExactly) : matcher_.closeness(subject);
    if (!closeness && closeness.error().code != ErrorCode::kNotFound) {
      result = fail(closeness.error());
    } else if (closeness && *closeness > 0) {
      result = found({candidate.seq, *candidate.entry, &digest, *closeness});
    }
    octets += subject.octets_read();
    if (octets >= kSliceOctets || Clock::now() >= deadline) stop_behind(candidate);
    return !stopped && result.has_value();
  };
  if (!uids.empty()) {
    auto visited = mailbox.store.digests(mailbox.id, uids, visit);
    if (!visited) return fail(std::move(visited.error()));
  }
  if (result && !stopped) pass(nullptr);
  return result;
}

}  // namespace roost::imap
