// Watcher: which mailboxes it watches, and how: what the user has named, and what matches patterns,
// also later (LIST; by NOTIFY, RFC 5465, it hears of them at once).
#include <algorithm>
#include <utility>

#include "client/watcher.h"

namespace roost::client {

namespace {

constexpr std::string_view kTooMany = "more mailboxes match than can be watched";

}  // namespace

void Watcher::ask_patterns(Time now) {
  patterns_.ask();
  list_at_ = now + kList;
}

// By itself a server speaks of a mailbox that has come or gone, or may be read now (RFC 5465
// sections 5.4 and 5.9); and where it is IMAP4rev2, of the one that is examined (RFC 9051 section
// 6.3.2).
void Watcher::hear_list(const imap::response::List& list, Time now) {
  if (patterns_.empty()) return;
  if (flight_ == Flight::kList) return patterns_.listed(list, abilities_.names);
  const std::vector<std::string>& mailboxes = settings_.mailboxes;
  const auto named = std::ranges::find_if(
      mailboxes, [&](const std::string& mailbox) { return encoded(mailbox) == list.mailbox; });
  if (named != mailboxes.end()) {
    if (flight_ == Flight::kSelected && looks_into(*named)) return;
    if (Patterns::is_away(list)) gone(std::string(*named));
  }
  std::erase_if(refused_,
                [&](const auto& refused) { return encoded(refused.first) == list.mailbox; });
  ask_patterns(now);
}

// A round of LIST has ended. One that did not show all says of no mailbox that it is not there; and
// if that was for want of room, it is nothing to compare the next one with.
void Watcher::round_ended(Time now) {
  const std::set<std::string>& matching = patterns_.found();
  if (patterns_.too_many() || told_.size() > kMaxTold) {
    notices_.push_back({ProblemKind::kMailbox, std::string(kTooMany)});
  }
  const auto earlier = std::exchange(settings_.listed, matching);
  round_ = true;
  if (patterns_.too_many()) {
    settings_.listed.reset();
  } else if (patterns_.in_doubt() && earlier) {
    if (earlier->size() < kMaxTold) settings_.listed->insert(earlier->begin(), earlier->end());
  } else if (earlier) {
    for (const std::string& name : *earlier) {
      if (!matching.contains(name)) gone(name);
    }
  }
  std::erase_if(refused_, [&](const auto& refused) {
    return now >= refused.second ||
           (settings_.listed && !settings_.listed->contains(refused.first));
  });
  for (const std::string& name : matching) {
    if (std::ranges::find(settings_.mailboxes, name) != settings_.mailboxes.end()) continue;
    if (refused_.contains(name)) continue;
    // What is left over is offered whoever watched it once: that may have ended.
    if (!leaves_over_ && settings_.elsewhere.contains(name)) continue;
    if (told_.size() > kMaxTold && !told_.contains(name)) continue;
    if (earlier && !earlier->contains(name)) told_[name].appeared = true;
    found(name);
  }
  if (!planned_) plan();
}

// It does not match any more. NOTIFY would not tell of it if it came back (RFC 5465 section 3.1).
void Watcher::gone(const std::string& mailbox) {
  if (std::erase(settings_.mailboxes, mailbox) == 0) return;
  std::erase(dirty_, mailbox);
  std::erase(recheck_, mailbox);
  disagreed_.erase(mailbox);
  if (selected_ != nullptr && selected_->mailbox() == mailbox) selected_.reset();
}

// With IDLE alone a connection watches one; what comes later takes others, or its turn.
void Watcher::found(const std::string& mailbox) {
  if (leaves_over_) {
    if (std::ranges::find(left_over_, mailbox) == left_over_.end()) left_over_.push_back(mailbox);
    return;
  }
  if (std::ranges::find(settings_.mailboxes, mailbox) != settings_.mailboxes.end()) return;
  settings_.mailboxes.push_back(mailbox);
  if (!planned_) return;
  notifies_ = abilities_.notify;
  mark_dirty(mailbox);
}

// Between two turns the next begins at once: what was in turn before does not wait the longer.
void Watcher::add(const std::string& mailbox, Time now) {
  found(mailbox);
  if (turn_at_ && waits()) return probe(now);
  advance(now);
}

std::optional<std::string> Watcher::give_away(Time now) {
  const std::vector<std::string>& mailboxes = settings_.mailboxes;
  const auto given = std::ranges::find_if_not(
      mailboxes, [this](const std::string& mailbox) { return looks_into(mailbox); });
  if (mailboxes.size() < 2 || given == mailboxes.end()) return std::nullopt;
  std::string mailbox = *given;
  settings_.elsewhere.insert(mailbox);
  gone(mailbox);
  advance(now);
  return mailbox;
}

void Watcher::set_in_turn(bool in_turn) {
  settings_.in_turn = in_turn;
  if (in_turn) settings_.elsewhere.clear();
  leaves_over_ = planned_ && may_leave_over();
  if (leaves_over_) return;
  for (const std::string& mailbox : std::exchange(left_over_, {})) found(mailbox);
}

bool Watcher::short_of_connections() const {
  return planned_ && !abilities_.notify && abilities_.idle && settings_.mailboxes.size() > 1;
}

// IDLE tells of one.
bool Watcher::may_leave_over() const {
  return !abilities_.notify && abilities_.idle && !settings_.in_turn;
}

bool Watcher::looks_into(const std::string& mailbox) const {
  return (selected_ != nullptr && selected_->mailbox() == mailbox) || status_of_ == mailbox;
}

// How several mailboxes are watched: all by NOTIFY, else one by IDLE, else all in turn.
void Watcher::plan() {
  planned_ = true;
  std::vector<std::string>& mailboxes = settings_.mailboxes;
  const bool several = mailboxes.size() > 1 || !patterns_.empty();
  notifies_ = several && abilities_.notify;
  leaves_over_ = may_leave_over();
  if (leaves_over_ && mailboxes.size() > 1) {
    left_over_.assign(mailboxes.begin() + 1, mailboxes.end());
    mailboxes.resize(1);
  }
  dirty_.assign(mailboxes.begin(), mailboxes.end());
}

// What was selected belongs to another connection from now on, maybe.
void Watcher::give_up_notify() {
  notified_ = false;
  selected_.reset();
  recheck_.clear();
  plan();
}

// FlagChange and MessageExpunge of the selected mailbox wait for a command that may tell of them,
// as IDLE and NOOP are (RFC 5465 section 6.1.2): between commands the numbers stay what they are.
Command Watcher::notify() const {
  constexpr std::string_view kEvents = " (MessageNew MessageExpunge FlagChange))";
  Command command("NOTIFY SET (selected-delayed");
  command.raw(kEvents);
  if (!settings_.mailboxes.empty()) {
    command.raw(" (mailboxes (");
    std::string_view separator;
    for (const std::string& mailbox : settings_.mailboxes) {
      command.raw(std::exchange(separator, " ")).string(encoded(mailbox));
    }
    command.raw(")").raw(kEvents);
  }
  if (!patterns_.empty()) command.raw(" (personal (MailboxName))");
  return command;
}

}  // namespace roost::client
