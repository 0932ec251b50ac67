// Watcher: what it sends, and when.
#include <algorithm>
#include <numeric>
#include <utility>

#include "base/ascii.h"
#include "client/watcher.h"
#include "mail/mailbox_name.h"

namespace roost::client {

namespace re = imap::response;

void Watcher::advance(Time now) {
  while (!closed_ && flight_ == Flight::kNone) {
    if (!login_.done()) {
      auto command = login_.next();
      if (!command) return fail(std::move(command).error());
      if (*command) {
        send(Flight::kLogin, **command, now);
      } else if (!login_.done()) {
        return;
      }
    } else if (!logged_in_) {
      logged_in();
    } else if (stopping_) {
      send(Flight::kLogout, Command("LOGOUT"), now);
    } else if (patterns_.asking()) {
      list_at_ = now + kList;
      send(Flight::kList, patterns_.next(abilities_.names), now);
    } else if (notifies_ && !abilities_.notify) {
      give_up_notify();
    } else if (std::exchange(notifies_, false)) {
      for (const std::string& mailbox : settings_.mailboxes) mark_dirty(mailbox);
      send(Flight::kNotify, notify(), now);
    } else if (auto command = selected_ != nullptr ? selected_->next() : std::nullopt) {
      send(Flight::kSelected, *command, now);
    } else if (!recheck_.empty()) {
      status_of_ = std::move(recheck_.front());
      recheck_.pop_front();
      Command status("STATUS ");
      status.string(encoded(status_of_)).raw(" (MESSAGES UIDNEXT UIDVALIDITY");
      status.raw(abilities_.condstore ? " HIGHESTMODSEQ)" : ")");
      send(Flight::kStatus, status, now);
    } else if (std::exchange(noop_due_, false)) {  // of the mailbox that is about to be left
      asked_after_ = std::max(asked_after_, now - heard_);
      send(Flight::kNoop, Command("NOOP"), now);
      deadline_ = now + kProbe;
    } else if (select_next() || return_to_first()) {
      continue;
    } else {
      return wait(now);
    }
  }
  if (flight_ == Flight::kIdling && has_work()) send_done(now);
}

void Watcher::logged_in() {
  logged_in_ = true;
  abilities_ = login_.abilities();
  if (patterns_.empty()) plan();
}

std::string Watcher::encoded(const std::string& mailbox) const {
  return mail::encode_mailbox_name(mailbox, abilities_.names);
}

void Watcher::mark_dirty(const std::string& mailbox) {
  if (std::ranges::find(dirty_, mailbox) == dirty_.end()) dirty_.push_back(mailbox);
}

// A STATUS, asked for or by NOTIFY: whether there is something in that mailbox to report.
void Watcher::compare(const re::MailboxStatus& status) {
  const auto named = std::ranges::find_if(settings_.mailboxes, [&](const std::string& mailbox) {
    return encoded(mailbox) == status.mailbox ||
           (mailbox == "INBOX" && equal_ignoring_case(status.mailbox, mailbox));
  });
  if (named == settings_.mailboxes.end()) return;
  if (selected_ != nullptr && selected_->mailbox() == *named) return;
  const bool asked = flight_ == Flight::kStatus;
  const Told& told = told_[*named];
  const bool the_same = (!status.uid_validity || *status.uid_validity == told.uid_validity) &&
                        (!status.messages || *status.messages == told.uids.count()) &&
                        (!status.uid_next || *status.uid_next <= told.uid_next) &&
                        (!status.highest_modseq || *status.highest_modseq <= told.modseq);
  // Without mod-sequences a STATUS that comes by itself may be all that is said of flags.
  if (the_same && (asked || status.highest_modseq)) return;
  // A server whose STATUS never agrees with its EXAMINE is not asked for ever.
  if (asked && std::exchange(disagreed_[*named], status) == status) return;
  mark_dirty(*named);
}

bool Watcher::has_work() const {
  return stopping_ || noop_due_ || notifies_ || patterns_.asking() || !recheck_.empty() ||
         !dirty_.empty() || (selected_ != nullptr && selected_->has_work());
}

// The next mailbox to look into. What happened in the one before between its last word and the
// moment from which STATUS tells of it (NOTIFY), nobody would tell: so that is asked.
bool Watcher::select_next() {
  if (dirty_.empty()) return false;
  const auto ranges = [](std::size_t sum, const auto& told) { return sum + told.second.ranges(); };
  if (std::accumulate(told_.begin(), told_.end(), std::size_t{0}, ranges) > kMaxRanges) {
    fail({ProblemKind::kProtocol, "more messages and flags than can be followed"});
    return true;
  }
  const std::string mailbox = std::move(dirty_.front());
  dirty_.pop_front();
  if (selected_ != nullptr && selected_->mailbox() == mailbox) {
    noop_due_ = true;
    return true;
  }
  if (selected_ != nullptr && notified_) recheck_.push_back(selected_->mailbox());
  selected_ =
      std::make_unique<Selected>(mailbox, told_[mailbox], abilities_, settings_.details, events_);
  return true;
}

bool Watcher::may_idle() const { return abilities_.idle && short_idles_ < kMaxShortIdles; }

// Where there is no NOTIFY, IDLE tells of one mailbox: the first, between two turns of the others.
bool Watcher::return_to_first() {
  if (abilities_.notify || !may_idle() || settings_.mailboxes.empty()) return false;
  if (selected_ != nullptr && selected_->mailbox() == settings_.mailboxes.front()) return false;
  mark_dirty(settings_.mailboxes.front());
  return select_next();
}

// All are asked after what happened, but the one that is selected, which is asked first.
void Watcher::begin_turn() {
  turn_at_.reset();
  noop_due_ = true;
  for (const std::string& mailbox : settings_.mailboxes) {
    if (selected_ == nullptr || mailbox != selected_->mailbox()) mark_dirty(mailbox);
  }
}

bool Watcher::waits() const {
  return flight_ == Flight::kIdling || (flight_ == Flight::kNone && turn_at_);
}

// At the beginning of a wait, and at its end.
void Watcher::settle(Time now) {
  if (selected_ == nullptr || now - settled_at_ < kSettled) return;
  selected_->settled();
  settled_at_ = now;
}

void Watcher::wait(Time now) {
  if (turn_at_ && now >= *turn_at_) {
    begin_turn();
    return advance(now);
  }
  settle(now);
  const bool hears_all = may_idle() && (abilities_.notify || settings_.mailboxes.size() < 2);
  if (!hears_all && !turn_at_) turn_at_ = now + settings_.poll;
  if (may_idle()) {
    waiting_since_ = now;
    return send(Flight::kIdle, Command("IDLE"), now);
  }
  deadline_ = *turn_at_;
}

void Watcher::send(Flight flight, const Command& command, Time now) {
  flight_ = flight;
  tag_ = "R" + std::to_string(++tags_);
  pieces_.assign(command.pieces().begin() + 1, command.pieces().end());
  Secret line(tag_ + " ");
  line += command.pieces().front().view();
  write_line(std::move(line));
  deadline_ = now + kAnswer;
  complete_by_ = now + kWholeAnswer;
}

void Watcher::send_done(Time now) {
  flight_ = Flight::kDone;
  asked_after_ = now - heard_;
  write_line("DONE");
  deadline_ = now + kProbe;
}

void Watcher::write_line(Secret line) {
  line += "\r\n";
  if (compression_ != nullptr) {
    std::string deflated;
    compression_->deflate(line.view(), deflated);
    output_ += deflated;
  } else {
    output_ += line.view();
  }
}

void Watcher::secured(Time now) {
  login_.secured();
  advance(now);
}

void Watcher::stop(Time now) {
  stopping_ = true;
  advance(now);
}

void Watcher::set_idle_deadline(Time now) {
  deadline_ = std::min(waiting_since_ + KeepAlive::kMost, heard_ + keep_alive_.silence(now));
  if (!patterns_.empty()) deadline_ = std::min(deadline_, list_at_);
  if (turn_at_) deadline_ = std::min(deadline_, *turn_at_);
}

}  // namespace roost::client
