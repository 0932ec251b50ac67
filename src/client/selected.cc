#include "client/selected.h"

#include <algorithm>
#include <utility>

#include "client/refusal.h"
#include "mail/mailbox_name.h"

namespace roost::client {

namespace re = imap::response;
using imap::Condition;

namespace {

constexpr std::size_t kMaxKnownUids = 4'000;  // octets of the QRESYNC parameter's set
constexpr std::uint32_t kMaxNewAtOnce = 500;  // messages

}  // namespace

Selected::Selected(std::string mailbox, Told& told, const Login::Abilities& abilities,
                   Details details, std::vector<Event>& events)
    : mailbox_(std::move(mailbox)),
      told_(told),
      abilities_(abilities),
      details_(details),
      events_(events) {}

// --- commands ---

bool Selected::has_work() const {
  return step_ != Step::kInStep || in_doubt_ || exists_ > view_.count();
}

std::optional<Command> Selected::next() {
  answers_ = 0;
  // The server may have spoken since this step was decided on.
  if (in_doubt_ && step_ != Step::kExamine) step_ = Step::kNoop;
  if (step_ != Step::kNew) checks_ = 0;
  if (step_ == Step::kInStep && exists_ > view_.count()) step_ = Step::kNew;
  if (step_ == Step::kNew && checks_ == 0 && not_told().empty()) in_step();
  switch (step_) {
    case Step::kExamine:
      step_ = Step::kExamining;
      return examine();
    case Step::kNoop:
      return Command("NOOP");
    case Step::kList:
    case Step::kFlags:
      return list(step_);
    case Step::kNew:
      return fetch_new();
    case Step::kExamining:
    case Step::kInStep:
      break;
  }
  return std::nullopt;
}

Command Selected::examine() {
  view_ = {};
  vanished_ = {};
  exists_said_ = false;
  Command command("EXAMINE ");
  command.string(mail::encode_mailbox_name(mailbox_, abilities_.names));
  resumes_ = abilities_.qresync && told_.uid_validity.value != 0 && told_.modseq.value != 0;
  if (resumes_) {
    command.raw(" (QRESYNC (" + std::to_string(told_.uid_validity.value) + " " +
                std::to_string(told_.modseq.value));
    const std::string known =
        told_.uids.ranges().size() < kMaxKnownUids / 2 ? told_.uids.to_string() : std::string();
    if (!known.empty() && known.size() <= kMaxKnownUids) command.raw(" " + known);
    command.raw("))");
  } else if (abilities_.condstore) {
    command.raw(" (CONDSTORE)");
  }
  return command;
}

Command Selected::list(Step step) {
  asked_up_to_ = exists_;
  Command command("FETCH 1:" + std::to_string(exists_) + " (UID FLAGS)");
  if (step == Step::kFlags) {
    return command.raw(" (CHANGEDSINCE " + std::to_string(told_.modseq.value) + ")");
  }
  list_ = {};
  return command;
}

// The first of them, by one walk over both sets: message numbers are places in view_.
mail::UidSet Selected::not_told() const {
  mail::UidSet numbers;
  std::uint32_t room = kMaxNewAtOnce;
  const auto take = [&](std::uint64_t first, std::uint64_t last) {
    last = std::min(last, first + room - 1);
    numbers.add(mail::UidRange{mail::Uid(static_cast<std::uint32_t>(first)),
                               mail::Uid(static_cast<std::uint32_t>(last))});
    room -= static_cast<std::uint32_t>(last - first + 1);
  };
  std::uint64_t before = 0;  // messages in front of the range
  auto told = told_.uids.ranges().begin();
  const auto end = told_.uids.ranges().end();
  for (const mail::UidRange& range : view_.ranges()) {
    const std::uint64_t first = range.first.value;
    const std::uint64_t last = range.last.value;
    for (std::uint64_t uid = first; uid <= last && room > 0;) {
      while (told != end && told->last.value < uid) ++told;
      const std::uint64_t until =
          told == end ? last + 1 : std::min<std::uint64_t>(told->first.value, last + 1);
      if (until > uid) take(before + 1 + uid - first, before + until - first);
      uid = until > last ? until : std::uint64_t{told->last.value} + 1;
    }
    if (room == 0) return numbers;
    before += last - first + 1;
  }
  if (exists_ > before) take(before + 1, exists_);
  return numbers;
}

Command Selected::fetch_new() {
  mail::UidSet some = not_told();
  if (some.empty()) {
    asked_up_to_ = checks_;
    return Command("FETCH " + std::to_string(checks_) + " (UID)");
  }
  if (checks_ != 0) some.add(mail::Uid(checks_));
  asked_up_to_ = some.ranges().back().last.value;
  Command command("FETCH " + some.to_string() + " (UID FLAGS");
  const Details wanted = details();
  if (wanted.internal_date) command.raw(" INTERNALDATE");
  if (wanted.size) command.raw(" RFC822.SIZE");
  if (wanted.envelope) command.raw(" ENVELOPE");
  return command.raw(")");
}

// A message whose details cannot be read is better told without than never.
Details Selected::details() const {
  return told_.plain || attempts_ == kMaxAttempts ? Details() : details_;
}

// --- what the commands bring about ---

Outcome<void> Selected::completed(const re::Status& status) {
  if (step_ != Step::kExamine) {
    if (auto read = on(status); !read) return read;
  }
  if (step_ == Step::kExamine) return {};  // CLOSED: this was of a mailbox that is not selected now
  if (status.condition != Condition::kOk) {
    if (step_ == Step::kExamining) {
      told_.appeared = told_.appeared || status.code.name == "NONEXISTENT";
      return std::unexpected(refusal_of_mailbox(status));
    }
    return distrust(status.text);  // EXPUNGEISSUED and the like
  }
  switch (step_) {
    case Step::kExamining:
      if (uid_validity_.value == 0) {
        return problem(ProblemKind::kProtocol,
                       "the server does not say the UIDVALIDITY of " + mailbox_);
      }
      if (!exists_said_) {
        return problem(ProblemKind::kProtocol,
                       "the server does not say how many messages are in " + mailbox_);
      }
      examined();
      return {};
    case Step::kNoop:
      if (std::exchange(in_doubt_, false) && ++doubts_ > kMaxDoubts) {
        return contradiction("what it says of single messages");
      }
      step_ = Step::kList;
      if (exists_ > 0) return {};
      asked_up_to_ = 0;
      list_ = {};
      return listed();
    case Step::kList:
      return listed();
    case Step::kFlags:
      in_step();
      return {};
    case Step::kNew:
      return new_fetched();
    case Step::kExamine:
    case Step::kInStep:
      break;
  }
  return {};
}

void Selected::examined() {
  if (told_.uid_validity != uid_validity_) {
    if (told_.uid_validity.value != 0) events_.push_back(event(EventKind::kMailboxReset, {}));
    const bool appeared = std::exchange(told_, {}).appeared;
    list_ = {};
    newest_modseq_ = {};
    baseline_ = exists_ > 0 && !appeared;
    if (appeared) told_.uid_validity = uid_validity_;
    step_ = Step::kList;
    if (exists_ == 0) in_step();
    return;
  }
  told_.appeared = false;
  // A server that was put back to an older state: its mod-sequences mean nothing to us.
  if (highest_modseq_ < told_.modseq) told_.modseq = {};
  if (!take_vanished()) in_doubt_ = true;
  const std::uint64_t known = told_.uids.count();
  const bool same_messages =
      uid_next_.value != 0 && uid_next_ == told_.uid_next && exists_ == known;
  const bool mod_sequences =
      abilities_.condstore && highest_modseq_.value != 0 && told_.modseq.value != 0;
  if (in_doubt_) {
    step_ = Step::kNoop;
  } else if (exists_ == 0) {
    forget_messages(mail::UidSet(told_.uids));
    in_step();
  } else if (resumes_ && mod_sequences && exists_ >= known) {
    view_ = told_.uids;
    if (exists_ > known || uid_next_ != told_.uid_next) {
      checks_ = static_cast<std::uint32_t>(known);
      step_ = Step::kNew;
    } else {
      in_step();
    }
  } else if (same_messages && mod_sequences) {
    view_ = told_.uids;
    if (highest_modseq_ == told_.modseq) {
      in_step();
    } else {
      step_ = Step::kFlags;
    }
  } else {
    step_ = Step::kList;
  }
}

// False: they cannot all be gone, for what is there is more than can have come since. A list will
// show what is true.
bool Selected::take_vanished() {
  const mail::UidSet gone = std::exchange(vanished_, {});
  const std::uint64_t left = told_.uids.count() - gone.count();
  const std::uint32_t come = uid_next_.value - std::min(uid_next_, told_.uid_next).value;
  const bool both_known = uid_next_.value != 0 && told_.uid_next.value != 0;
  if (both_known && exists_ > left + come) return false;
  forget_messages(gone);
  return true;
}

Outcome<void> Selected::listed() {
  if (uid_validity_.value == 0) {
    return problem(ProblemKind::kProtocol, "a list of a mailbox that is not selected");
  }
  const std::uint64_t count = list_.uids.count();
  if (in_doubt_ || count != asked_up_to_) return distrust("a list of all messages that is not");
  asked_up_to_ = 0;
  view_ = list_.uids;
  if (baseline_) {
    list_.uid_validity = uid_validity_;
    told_ = std::exchange(list_, {});
    baseline_ = false;
  } else {
    forget_messages(mail::difference(told_.uids, view_));
    list_ = {};
  }
  if (not_told().empty()) {
    in_step();
  } else {
    step_ = Step::kNew;
  }
  return {};
}

Outcome<void> Selected::new_fetched() {
  const bool complete =
      view_.nth(asked_up_to_ - 1).has_value() && mail::difference(view_, told_.uids).empty();
  // A piece of what is not told (kMaxNewAtOnce) leaves the rest not told, which is no
  // contradiction.
  const mail::UidSet rest = not_told();
  const bool progress = rest.empty() || rest.ranges().front().first.value > asked_up_to_;
  if (in_doubt_ || checks_ != 0 || !progress || (rest.empty() && !complete)) {
    return distrust("new messages that it does not show");
  }
  if (rest.empty()) in_step();
  return {};
}

void Selected::in_step() {
  step_ = Step::kInStep;
  attempts_ = 0;
  told_.plain = false;
  told_.uid_validity = uid_validity_;
  const mail::Uid after =
      told_.uids.empty() ? mail::Uid(0) : told_.uids.ranges().back().last.next();
  told_.uid_next = std::max({told_.uid_next, uid_next_, after});
  if (exists_ > view_.count()) return;  // what is new has lower mod-sequences than what is to come
  told_.modseq = std::max(told_.modseq, highest_modseq_);
}

void Selected::noop_completed() {
  if (step_ != Step::kInStep || has_work() || told_.modseq.value == 0) return;
  told_.modseq = std::max(told_.modseq, newest_modseq_);
}

Outcome<void> Selected::contradiction(std::string why) const {
  return problem(ProblemKind::kProtocol,
                 "the server contradicts itself about " + mailbox_ + ": " + std::move(why));
}

// What was told does not fit together. NOOP lets the server tell of expunges first.
Outcome<void> Selected::distrust(std::string why) {
  if (++attempts_ > kMaxAttempts) return contradiction(std::move(why));
  in_doubt_ = false;
  step_ = Step::kNoop;
  return {};
}

}  // namespace roost::client
