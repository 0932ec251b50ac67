// The lists of subscriptions, and the fan-outs. What a reader would get wrong: a fan-out remembers
// its place by the next subscription to be called, so a subscription that leaves is looked for
// there first, and a feed stays, even empty, while a fan-out runs.
#include "push/feeds.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "net/loop.h"

namespace roost::push {

namespace {

// Subscribers called before the loop's other work has its turn: half a millisecond's worth or so.
constexpr std::size_t kAtOnce = 64;

// One change in place of two that follow each other. Where they do not join, each subscriber
// compares with the store.
store::Change merged(const store::Change& first, const store::Change& second) {
  if (first.arrivals && second.arrivals && second.arrivals->since == first.modseq) {
    store::Change both = second;
    both.arrivals->since = first.arrivals->since;
    return both;
  }
  const bool join = first.after != nullptr && second.before != nullptr &&
                    first.after->modseq() == second.before->modseq();
  if (!join) return {second.mailbox, std::max(first.modseq, second.modseq), nullptr, nullptr};
  return {second.mailbox, second.modseq, first.before, second.after};
}

}  // namespace

// --- subscriptions ---

Subscription::~Subscription() {
  follow_mailbox(mail::MailboxId());
  follow_account(mail::AccountId());
}

void Subscription::follow_mailbox(mail::MailboxId mailbox) {
  if (mailbox == mailbox_) return;
  if (mailbox_hook_.is_linked()) feeds_.remove_from_mailbox(*this);
  mailbox_ = mailbox;
  if (mailbox != mail::MailboxId()) feeds_.mailboxes_[mailbox].push_back(*this);
}

void Subscription::follow_account(mail::AccountId account) {
  if (account == account_) return;
  if (account_hook_.is_linked()) feeds_.remove_from_account(*this);
  account_ = account;
  if (account != mail::AccountId()) feeds_.accounts_[account].push_back(*this);
}

void Feeds::remove_from_mailbox(Subscription& subscription) {
  const auto found = mailboxes_.find(subscription.mailbox_);
  MailboxFeed& feed = found->second;
  const auto place = feed.iterator_to(subscription);
  const auto running = find_running(subscription.mailbox_);
  if (running != running_.end() && running->next == place) ++running->next;
  feed.erase(place);
  if (feed.empty() && running == running_.end()) mailboxes_.erase(found);
}

void Feeds::remove_from_account(Subscription& subscription) {
  const auto found = accounts_.find(subscription.account_);
  found->second.erase(found->second.iterator_to(subscription));
  if (found->second.empty()) accounts_.erase(found);
}

// --- fan-outs ---

Feeds::Feeds(net::Loop& loop, metrics::Histogram* commit_to_write)
    : loop_(loop), commit_to_write_(commit_to_write) {}

Feeds::~Feeds() = default;

Feeds::RunningList::iterator Feeds::find_running(mail::MailboxId mailbox) {
  return std::ranges::find_if(
      running_, [&](const Running& running) { return running.fanout.change.mailbox == mailbox; });
}

void Feeds::deliver(const store::Change& change, Clock::time_point committed) {
  if (const auto running = find_running(change.mailbox); running != running_.end()) {
    if (!running->waiting) running->waiting_since = committed;
    running->waiting = running->waiting ? merged(*running->waiting, change) : change;
    return;
  }
  const auto found = mailboxes_.find(change.mailbox);
  if (found == mailboxes_.end()) return;
  running_.push_back({{change, {}}, committed, found->second.begin(), {}, {}});
  go_on(change.mailbox);
}

void Feeds::go_on(mail::MailboxId mailbox) {
  const auto running = find_running(mailbox);
  MailboxFeed& feed = mailboxes_.find(mailbox)->second;
  for (std::size_t i = 0; i < kAtOnce && running->next != feed.end(); ++i) {
    Subscription& subscription = *running->next++;
    subscription.subscriber_.on_change(running->fanout);
  }
  if (running->next == feed.end()) {
    if (running->fanout.told > 0) observe_when_sent(running->committed);
    if (!running->waiting) {
      if (feed.empty()) mailboxes_.erase(mailbox);
      running_.erase(running);
      return;
    }
    running->fanout = {*std::exchange(running->waiting, {}), {}};
    running->committed = running->waiting_since;
    running->next = feed.begin();
  }
  loop_.post([this, mailbox] { go_on(mailbox); });
}

void Feeds::observe_when_sent(Clock::time_point committed) {
  if (commit_to_write_ == nullptr) return;
  loop_.when_sent([histogram = commit_to_write_, committed] {
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - committed);
    histogram->observe(static_cast<std::uint64_t>(took.count()));
  });
}

void Feeds::account_changed(mail::AccountId account, store::ChangeSink::AccountEvent event) {
  // A list of its own: the last to leave the feed takes it along.
  std::vector<Subscription*> all;
  if (const auto found = accounts_.find(account); found != accounts_.end()) {
    for (Subscription& subscription : found->second) all.push_back(&subscription);
  }
  for (Subscription* const subscription : all) {
    subscription->subscriber_.on_account_changed(event);
  }
}

}  // namespace roost::push
