#include "client/watcher.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "client/refusal.h"
#include "imap/protocol/response_parser.h"
#include "mail/mailbox_name.h"

namespace roost::client {

namespace re = imap::response;
using imap::Condition;

Watcher::Watcher(Settings settings, ToldByMailbox& told, KeepAlive& keep_alive, Time now)
    : settings_(std::move(settings)),
      told_(told),
      keep_alive_(keep_alive),
      login_(std::exchange(settings_.login, {})),
      patterns_(settings_.patterns),
      deadline_(now + kAnswer),
      heard_(now) {
  ROOST_CHECK(!settings_.mailboxes.empty() || !patterns_.empty());
}

// --- what comes in ---

void Watcher::receive(std::string_view octets, Time now) {
  if (closed_) return;
  if (compression_ == nullptr) {
    feed(octets, now);
  } else {
    for (std::string_view made = compression_->inflate(octets); !made.empty() && !closed_;
         made = compression_->inflate(octets)) {
      feed(made, now);
    }
    if (compression_->broken())
      fail({ProblemKind::kProtocol, "what the server compresses is broken"});
  }
  advance(now);
}

void Watcher::feed(std::string_view input, Time now) {
  using Read = imap::ResponseReader::Event;
  if (!logged_in_) login_octets_ += input.size();
  if (!logged_in_ && login_octets_ > kMaxLoginOctets) {
    return fail({ProblemKind::kProtocol, "the server talks without end before the login"});
  }
  while (!closed_) {
    const Read read = reader_.read(input);
    if (read == Read::kNeedInput) return;
    if (read == Read::kTooLong) {
      if (selected_ != nullptr) selected_->too_long();
      return fail({ProblemKind::kProtocol, "the server sends a response that is too long"});
    }
    const imap::Response response = imap::parse_response(reader_.frame());
    reader_.next();
    handle(response, now);
    if (login_.wants_tls() && !input.empty()) {
      // Whoever put that there hopes that we take it for what comes by TLS (section 6.2.1).
      return fail({ProblemKind::kInsecure, "the server speaks on before the TLS handshake"});
    }
    if (compression_ == nullptr && login_.compresses()) {
      compression_ = std::make_unique<Compression>();
      return receive(std::exchange(input, {}), now);
    }
    advance(now);
  }
}

void Watcher::handle(const imap::Response& response, Time now) {
  const Duration silence = now - heard_;
  heard_ = now;
  if (const auto* status = std::get_if<re::Status>(&response)) {
    if (status->condition == Condition::kBye && flight_ != Flight::kLogout) {
      if (flight_ == Flight::kIdling) keep_alive_.died(silence, now);
      return fail(problem_of_bye(*status));
    }
    if (!status->tag.empty()) {
      // Else it answers a DONE that came after the server had ended IDLE itself.
      if (status->tag == tag_ && flight_ != Flight::kNone) completed(*status, now);
      return;
    }
    const bool tells_nothing = status->code.name.empty() && status->condition == Condition::kOk;
    if (flight_ == Flight::kIdling && tells_nothing) keep_alive_.still_here(silence);
  }
  if (const auto* request = std::get_if<re::Continuation>(&response)) {
    continuation(request->text, now);
  } else {
    untagged(response, now);
    if (!std::holds_alternative<re::Status>(response)) heard_data(now);
  }
  if (flight_ == Flight::kIdling) set_idle_deadline(now);
}

void Watcher::untagged(const imap::Response& response, Time now) {
  if (!login_.done()) return check(login_.untagged(response));
  if (const auto* status = std::get_if<re::MailboxStatus>(&response)) return compare(*status);
  if (const auto* list = std::get_if<re::List>(&response)) return hear_list(*list, now);
  if (const auto* unread = std::get_if<re::Malformed>(&response)) return malformed(*unread);
  if (const auto* status = std::get_if<re::Status>(&response);
      status != nullptr && notified_ && status->code.name == "NOTIFICATIONOVERFLOW") {
    // RFC 5465 section 5.8: as if NOTIFY NONE had been sent. What has happened twice would go on.
    notifies_ = true;
    if (std::exchange(overflowed_, true)) abilities_.notify = false;
    return;
  }
  if (selected_ != nullptr) check(selected_->untagged(response));
}

// One that tells nothing of messages may be what it likes.
void Watcher::malformed(const re::Malformed& response) {
  constexpr std::array<std::string_view, 9> kOthers = {
      "CAPABILITY", "ENABLED", "FLAGS", "LIST", "LSUB", "STATUS", "SEARCH", "SORT", "ESEARCH"};
  if (response.name == "LIST") patterns_.doubt();
  const bool of_messages = std::ranges::find(kOthers, response.name) == kOthers.end();
  if (of_messages && selected_ != nullptr) selected_->doubt();
}

// A long answer takes its time, and each piece of it is a sign of life.
void Watcher::heard_data(Time now) {
  if (flight_ == Flight::kNone || flight_ == Flight::kIdling) return;
  const bool asked = flight_ == Flight::kNoop || flight_ == Flight::kDone;
  deadline_ = std::max(deadline_, std::min(now + (asked ? kProbe : kAnswer), complete_by_));
}

void Watcher::continuation(std::string_view text, Time now) {
  if (!pieces_.empty()) {
    write_line(std::move(pieces_.front()));
    pieces_.pop_front();
  } else if (flight_ == Flight::kLogin) {
    auto response = login_.respond(text);
    if (!response) return fail(std::move(response).error());
    write_line(*std::move(response));
  } else if (flight_ == Flight::kIdle) {
    flight_ = Flight::kIdling;
    waiting_since_ = now;
  }
}

void Watcher::completed(const re::Status& status, Time now) {
  const Flight flight = std::exchange(flight_, Flight::kNone);
  pieces_.clear();
  switch (flight) {
    case Flight::kLogin:
      return check(login_.completed(status));
    case Flight::kList:
      // It does not say that nothing matches.
      if (status.condition != Condition::kOk) return fail(refusal_of_mailbox(status));
      if (patterns_.completed()) round_ended(now);
      return;
    case Flight::kNotify:
      notified_ = status.condition == Condition::kOk;
      if (!notified_) {
        abilities_.notify = false;
        give_up_notify();
      }
      return;
    case Flight::kSelected: {
      auto outcome = selected_->completed(status);
      if (!outcome) mailbox_failed(selected_->mailbox(), std::move(outcome).error(), now);
      return;
    }
    case Flight::kStatus: {
      std::string mailbox = std::exchange(status_of_, {});
      if (status.condition != Condition::kOk) {
        if (status.code.name == "NONEXISTENT") told_[mailbox].appeared = true;
        mailbox_failed(std::move(mailbox), refusal_of_mailbox(status), now);
      }
      return;
    }
    case Flight::kNoop:
      keep_alive_.survived(std::exchange(asked_after_, {}), now);
      proved_ = true;
      short_idles_ = std::min(short_idles_, kMaxShortIdles - 1);  // IDLE has another chance
      if (selected_ != nullptr) selected_->noop_completed();
      return settle(now);
    case Flight::kIdle:
    case Flight::kIdling:
    case Flight::kDone:
      return idle_ended(flight, status, now);
    case Flight::kLogout:
      closed_ = true;
      return;
    case Flight::kNone:
      return;
  }
}

void Watcher::idle_ended(Flight flight, const re::Status& status, Time now) {
  const bool too_soon = flight != Flight::kDone && now - waiting_since_ < kShortIdle;
  proved_ = proved_ || flight == Flight::kDone;
  short_idles_ = too_soon ? short_idles_ + 1 : 0;
  keep_alive_.survived(std::exchange(asked_after_, {}), now);
  // Where IDLE is refused, or cannot be had now, there is still NOOP.
  if (status.condition != Condition::kOk) short_idles_ = kMaxShortIdles;
  settle(now);
}

// --- what does not come ---

void Watcher::tick(Time now) {
  if (closed_ || now < deadline_) return;
  if (waits() && !patterns_.empty() && now >= list_at_) ask_patterns(now);
  switch (flight_) {
    case Flight::kIdling:
      noop_due_ = true;  // behind DONE: it lets the server tell what it forgot to
      if (turn_at_ && now >= *turn_at_) begin_turn();
      break;
    case Flight::kNone:
      if (!turn_at_) return fail({ProblemKind::kSilent, "the server does not answer"});
      begin_turn();
      break;
    case Flight::kLogout:
      closed_ = true;
      return;
    case Flight::kLogin:
    case Flight::kList:
    case Flight::kNotify:
    case Flight::kSelected:
    case Flight::kStatus:
    case Flight::kNoop:
    case Flight::kIdle:
    case Flight::kDone:
      if (now >= complete_by_ && now - heard_ < kAnswer) {
        return fail({ProblemKind::kSilent, "the server does not come to the end of an answer"});
      }
      keep_alive_.died(asked_after_, now);
      return fail({ProblemKind::kSilent, "the server does not answer any more"});
  }
  advance(now);
}

void Watcher::probe(Time now) {
  if (turn_at_) turn_at_ = now;
  if (waits()) {
    deadline_ = now;
    tick(now);
  } else {
    deadline_ = std::min(deadline_, now + kProbe);
  }
}

void Watcher::lost(std::string_view why, Time now) {
  if (closed_) return;
  if (stopping_) {
    closed_ = true;
    return;
  }
  if (flight_ == Flight::kIdling) asked_after_ = now - heard_;
  keep_alive_.died(asked_after_, now);
  fail({ProblemKind::kClosed,
        why.empty() ? std::string("the server closed the connection") : std::string(why)});
}

void Watcher::fail(Problem problem) {
  if (closed_) return;
  problem_ = std::move(problem);
  closed_ = true;
}

void Watcher::check(Outcome<void> outcome) {
  if (!outcome) fail(std::move(outcome).error());
}

// One mailbox less; the others go on.
void Watcher::mailbox_failed(std::string mailbox, Problem problem, Time now) {
  if (problem.kind != ProblemKind::kMailbox) return fail(std::move(problem));
  problem.text = mailbox + ": " + problem.text;
  if (settings_.mailboxes.size() == 1 && patterns_.empty()) return fail(std::move(problem));
  notices_.push_back(std::move(problem));
  gone(mailbox);
  refused_[std::move(mailbox)] = now + settings_.refused;
}

Watcher::Wish Watcher::wish() const {
  if (closed_) return Wish::kClose;
  return login_.wants_tls() ? Wish::kHandshake : Wish::kNothing;
}

bool Watcher::caught_up() const {
  const bool looks = flight_ == Flight::kSelected || flight_ == Flight::kStatus;
  return planned_ && !looks && dirty_.empty() && recheck_.empty() && !notifies_ &&
         (selected_ == nullptr || (selected_->caught_up() && !selected_->has_work()));
}

}  // namespace roost::client
