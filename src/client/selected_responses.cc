// Selected: what the server says, and what is reported of it.
#include <algorithm>
#include <limits>
#include <utility>

#include "client/selected.h"

namespace roost::client {

namespace re = imap::response;

namespace {

constexpr std::uint64_t kMaxNumber = std::numeric_limits<std::uint32_t>::max();

// UIDs that are higher than any of the others.
std::uint64_t count_above(const mail::UidSet& uids, const mail::UidSet& others) {
  if (others.empty()) return uids.count();
  const mail::Uid last = others.ranges().back().last;
  std::uint64_t count = 0;
  for (const mail::UidRange& range : uids.ranges()) {
    if (range.last <= last) continue;
    count += range.last.value - std::max(range.first.value - 1, last.value);
  }
  return count;
}

}  // namespace

Outcome<void> Selected::untagged(const imap::Response& response) {
  if (step_ == Step::kExamine) return {};
  return std::visit([this](const auto& kind) { return on(kind); }, response);
}

// While EXAMINE runs the server may still speak of the mailbox before (RFC 7162 section 3.2.11).
bool Selected::is_this_mailbox() const {
  return step_ != Step::kExamining || (resumes_ && uid_validity_ == told_.uid_validity);
}

Outcome<void> Selected::on(const re::Status& status) {
  const auto& [name, arguments, number, capabilities] = status.code;
  if (name == "CLOSED") {
    if (step_ != Step::kExamining) {  // the mailbox was taken from us
      step_ = Step::kExamine;
      if (++doubts_ > kMaxDoubts) {
        return problem(ProblemKind::kProtocol,
                       "the server closes " + mailbox_ + " again and again");
      }
    }
    exists_ = 0;
    exists_said_ = false;
    uid_validity_ = {};
    uid_next_ = {};
    highest_modseq_ = {};
    newest_modseq_ = {};
    vanished_ = {};
    in_doubt_ = false;
    baseline_ = false;
  } else if (name == "NOMODSEQ") {
    highest_modseq_ = {};
  } else if (!number || (*number > kMaxNumber && name != "HIGHESTMODSEQ")) {
    return {};
  } else if (name == "HIGHESTMODSEQ") {
    mail::ModSeq& highest = step_ == Step::kExamining ? highest_modseq_ : newest_modseq_;
    highest = std::max(highest, mail::ModSeq(*number));
  } else if (name == "UIDNEXT") {
    uid_next_ = mail::Uid(static_cast<std::uint32_t>(*number));
  } else if (name == "UIDVALIDITY") {
    const mail::UidValidity said(static_cast<std::uint32_t>(*number));
    if (step_ != Step::kExamining && said != uid_validity_) {
      return problem(ProblemKind::kProtocol, "the UIDVALIDITY of " + mailbox_ + " has changed");
    }
    uid_validity_ = said;
  }
  return {};
}

Outcome<void> Selected::on(const re::Exists& exists) {
  if (step_ != Step::kExamining && exists.count < exists_) {
    return problem(ProblemKind::kProtocol, "the server lost messages of " + mailbox_ +
                                               ": EXISTS fell from " + std::to_string(exists_) +
                                               " to " + std::to_string(exists.count) +
                                               " without an EXPUNGE");
  }
  exists_ = exists.count;
  exists_said_ = true;
  return {};
}

// … what is told, also once these are gone: that parts ranges.
Outcome<void> Selected::check_room(const mail::UidSet& gone) const {
  const std::size_t at_most = told_.ranges() + gone.ranges().size() * (told_.flags.size() + 1);
  if (list_.ranges() <= Told::kMaxRanges &&
      (at_most <= Told::kMaxRanges || told_.ranges_without(gone) <= Told::kMaxRanges)) {
    return {};
  }
  return problem(ProblemKind::kProtocol,
                 "more messages and flags in " + mailbox_ + " than can be followed");
}

// Numbers of a FETCH that runs mean something else from now on.
void Selected::doubt_numbers() {
  if (step_ == Step::kList || step_ == Step::kNew || step_ == Step::kFlags) in_doubt_ = true;
}

Outcome<void> Selected::on(const re::Expunge& expunge) {
  if (step_ == Step::kExamining) {
    if (!exists_said_ || expunge.seq.value > exists_) return {};  // of the mailbox before
    --exists_;
    in_doubt_ = true;
    return {};
  }
  if (expunge.seq.value > exists_) {
    return problem(ProblemKind::kProtocol, "EXPUNGE of a message that " + mailbox_ + " has not");
  }
  --exists_;
  if (step_ != Step::kInStep || in_doubt_) {
    doubt_numbers();
  } else if (const auto uid = view_.nth(expunge.seq.value - 1)) {
    forget_messages(mail::UidSet({*uid, *uid}));
  }
  return {};
}

// Before UIDVALIDITY is said, what was changed while nobody looked would be taken for the change of
// another mailbox, and lost; CLOSED says that it was another's.
void Selected::doubt_resumption() {
  if (resumes_ && uid_validity_.value == 0) in_doubt_ = true;
}

Outcome<void> Selected::on(const re::Vanished& vanished) {
  if (!is_this_mailbox()) {
    doubt_resumption();
    return {};
  }
  const bool examining = step_ == Step::kExamining;
  const mail::UidSet known = mail::intersection(vanished.uids, examining ? told_.uids : view_);
  if (vanished.earlier) {
    if (examining) vanished_ = mail::united(std::move(vanished_), known);
    return check_room(vanished_);
  }
  if (auto room = check_room(known); !room) return room;
  if (examining) {
    if (exists_said_) in_doubt_ = true;
    exists_ -= static_cast<std::uint32_t>(std::min<std::uint64_t>(exists_, known.count()));
    return {};
  }
  doubt_numbers();
  // Each counts, also those that EXISTS has counted and nobody has asked for yet; but some servers
  // name UIDs of messages that are long gone. Up to the last one known, those are the ones that are
  // not known; above it nobody can tell, if there are more of them than there were messages.
  const std::uint64_t unknown = exists_ - std::min<std::uint64_t>(exists_, view_.count());
  const std::uint64_t above = count_above(vanished.uids, view_);
  if (unknown > 0 && above > unknown) in_doubt_ = true;
  const std::uint64_t gone = known.count() + std::min(unknown, above);
  exists_ -= static_cast<std::uint32_t>(std::min<std::uint64_t>(exists_, gone));
  forget_messages(known);
  return {};
}

// view_ is what the server numbers its messages by. While a list comes it is still that of before.
bool Selected::numbers_hold() const {
  return !in_doubt_ && (step_ == Step::kInStep || step_ == Step::kNew || step_ == Step::kFlags);
}

// Not a change of flags that the server tells by itself meanwhile: what was asked for is in it.
// Where that has led nowhere, the server does not have it.
bool Selected::answers_new(const re::Fetch& fetch) const {
  if (step_ != Step::kNew || !fetch.uid || !fetch.flags || fetch.seq.value > asked_up_to_) {
    return false;
  }
  const auto [internal_date, size, envelope] = details();
  const bool asked = internal_date || size || envelope;
  return !asked || attempts_ > 0 || fetch.internal_date || fetch.size || fetch.envelope;
}

Outcome<void> Selected::on(const re::Fetch& fetch) {
  if (!is_this_mailbox()) {
    doubt_resumption();
    return {};
  }
  if (++answers_ > 1'000 + 2 * std::uint64_t{exists_} && step_ != Step::kInStep) {
    return problem(ProblemKind::kProtocol, "more answers about " + mailbox_ + " than messages");
  }
  if (auto room = check_room({}); !room) return room;
  if (fetch.modseq) newest_modseq_ = std::max(newest_modseq_, *fetch.modseq);
  const auto by_number = view_.nth(fetch.seq.value - 1);
  if (step_ == Step::kInStep && fetch.uid && by_number && by_number != fetch.uid) in_doubt_ = true;
  if (step_ == Step::kNew && fetch.uid && fetch.seq.value == checks_) {
    in_doubt_ = in_doubt_ || by_number != fetch.uid;
    checks_ = 0;
  }
  const std::optional<mail::Uid> uid = fetch.uid        ? fetch.uid
                                       : numbers_hold() ? by_number
                                                        : std::nullopt;
  if (!uid) {
    // Of a message that will be asked for; unless its part of the list has come already.
    if (step_ == Step::kList && fetch.seq.value <= list_.uids.count()) in_doubt_ = true;
    return {};
  }

  if (step_ == Step::kList && fetch.flags && fetch.uid && fetch.seq.value <= asked_up_to_) {
    list_.uids.add(*uid);
    if (baseline_) (void)list_.change_flags(*uid, *fetch.flags);
  }
  if (told_.uids.contains(*uid)) {
    report_flags(*uid, fetch);
  } else if (answers_new(fetch)) {
    Event arrived = event(EventKind::kMessageNew, *uid);
    arrived.flags = *fetch.flags;
    std::erase_if(arrived.flags,
                  [](const std::string& flag) { return equal_ignoring_case(flag, "\\Recent"); });
    if (arrived.flags.size() > Told::kMaxFlags) arrived.flags.resize(Told::kMaxFlags);
    arrived.modseq = fetch.modseq.value_or(mail::ModSeq());
    arrived.internal_date = fetch.internal_date;
    arrived.size = fetch.size;
    arrived.envelope = fetch.envelope;
    told_.add(*uid, arrived.flags);
    view_.add(*uid);
    events_.push_back(std::move(arrived));
  }
  return {};
}

// --- reports ---

Event Selected::event(EventKind kind, mail::Uid uid) const {
  return {.kind = kind, .mailbox = mailbox_, .uid_validity = uid_validity_, .uid = uid};
}

void Selected::forget_messages(const mail::UidSet& gone) {
  const mail::UidSet known = mail::intersection(gone, told_.uids);
  for (const mail::UidRange& range : known.ranges()) {
    for (mail::Uid uid = range.first;; uid = uid.next()) {
      events_.push_back(event(EventKind::kMessageExpunge, uid));
      if (uid == range.last) break;
    }
  }
  view_ = mail::difference(view_, gone);
  told_.remove(known);
}

void Selected::report_flags(mail::Uid uid, const re::Fetch& fetch) {
  if (!fetch.flags) return;
  auto [set, cleared] = told_.change_flags(uid, *fetch.flags);
  const auto report = [&](EventKind kind, std::vector<std::string> flags) {
    Event change = event(kind, uid);
    change.flags = std::move(flags);
    change.modseq = fetch.modseq.value_or(mail::ModSeq());
    events_.push_back(std::move(change));
  };
  const auto simple = [&](EventKind kind, std::string_view flag) {
    const auto it = std::ranges::find_if(
        set, [flag](const std::string& name) { return equal_ignoring_case(name, flag); });
    if (it == set.end()) return;
    report(kind, {*it});
    set.erase(it);
  };
  simple(EventKind::kMessageRead, "\\Seen");
  simple(EventKind::kMessageTrash, "\\Deleted");
  if (!set.empty()) report(EventKind::kFlagsSet, std::move(set));
  if (!cleared.empty()) report(EventKind::kFlagsClear, std::move(cleared));
}

}  // namespace roost::client
