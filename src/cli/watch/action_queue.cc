#include "cli/watch/action_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"

namespace roost::cli {

using client::Time;

void ActionQueue::add(const Source& source, client::Event event, Time now) {
  auto [it, is_new] = mailboxes_.try_emplace({source, event.mailbox}, seed_);
  Mailbox& mailbox = it->second;
  Batch& waiting = mailbox.waiting;
  if (waiting.events.empty() && waiting.dropped == 0) {
    waiting.source = source;
    waiting.mailbox = event.mailbox;
    mailbox.first = now;
  }
  if (waiting.events.size() + mailbox.running.events.size() < kMaxEvents) {
    waiting.events.push_back(std::move(event));
  } else {
    ++waiting.dropped;
  }
  if (mailbox.retries) return;  // it waits for longer already
  mailbox.due = draining_ ? now : std::min(now + settle_, mailbox.first + kMaxSettles * settle_);
}

const Batch* ActionQueue::next(Time now) {
  if (running_ >= kMaxRunning) return nullptr;
  const auto first = first_due();
  if (first == mailboxes_.end() || first->second.due > now) return nullptr;
  Mailbox& mailbox = first->second;
  mailbox.running = std::exchange(mailbox.waiting, {});
  mailbox.runs = true;
  mailbox.last = draining_;
  mailbox.retries = false;
  ++running_;
  return &mailbox.running;
}

void ActionQueue::finished(const Batch& batch, Result result, Time now) {
  const auto it = mailboxes_.find({batch.source, batch.mailbox});
  ROOST_CHECK(it != mailboxes_.end() && &it->second.running == &batch && it->second.runs);
  Mailbox& mailbox = it->second;
  --running_;
  mailbox.runs = false;
  Batch done = std::exchange(mailbox.running, {});
  if (result == Result::kDone || mailbox.last) {
    if (result == Result::kFailed) lost_ += done.events.size() + done.dropped;
    mailbox.backoff.reset();
    if (mailbox.waiting.events.empty() && mailbox.waiting.dropped == 0) mailboxes_.erase(it);
    return;
  }
  done.dropped += mailbox.waiting.dropped;
  std::ranges::move(mailbox.waiting.events, std::back_inserter(done.events));
  mailbox.waiting = std::move(done);
  mailbox.first = now;
  mailbox.retries = true;
  mailbox.due = draining_ ? now : now + mailbox.backoff.next();
}

std::optional<Time> ActionQueue::deadline() {
  const auto first = first_due();
  if (running_ >= kMaxRunning || first == mailboxes_.end()) return std::nullopt;
  return first->second.due;
}

// So that no mailbox is passed over for ever; the end: all that there is runs.
ActionQueue::Mailboxes::iterator ActionQueue::first_due() {
  auto first = mailboxes_.end();
  for (auto it = mailboxes_.begin(); it != mailboxes_.end(); ++it) {
    if (it->second.runs) continue;
    if (first == mailboxes_.end() || it->second.due < first->second.due) first = it;
  }
  return first;
}

void ActionQueue::drain(Time now) {
  draining_ = true;
  for (auto& [key, mailbox] : mailboxes_) mailbox.due = now;
}

}  // namespace roost::cli
