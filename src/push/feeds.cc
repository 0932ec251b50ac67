// The rings of subscriptions, and the fan-outs. What a reader would get wrong: a fan-out remembers
// its place by the next and the last subscription to be called, so one that leaves is looked for
// there first. Who comes during a fan-out is not called: it compares for itself before it waits.
#include "push/feeds.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "net/loop.h"

namespace roost::push {

namespace {

// Subscribers called before the loop's other work has its turn: half a millisecond's worth or so of
// a change of a mailbox; of an account each compares two views by itself, and takes longer.
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

template <auto Member, typename Rings, typename Id>
void enter(Rings& rings, Id id, Subscription& subscription) {
  Subscription*& first = rings.try_emplace(id, &subscription).first->second;
  Subscription* const last = first == &subscription ? &subscription : (first->*Member).previous;
  (subscription.*Member).next = first;
  (subscription.*Member).previous = last;
  (last->*Member).next = &subscription;
  (first->*Member).previous = &subscription;
}

template <auto Member, typename Rings, typename Id>
void leave(Rings& rings, Id id, Subscription& subscription) {
  auto& [next, previous] = subscription.*Member;
  const auto found = rings.find(id);
  if (next == &subscription) {
    rings.erase(found);
  } else {
    if (found->second == &subscription) found->second = next;
    (next->*Member).previous = previous;
    (previous->*Member).next = next;
  }
  next = previous = nullptr;
}

}  // namespace

// --- subscriptions ---

Subscription::~Subscription() {
  follow_mailbox(mail::MailboxId());
  follow_account(mail::AccountId());
}

void Subscription::follow_mailbox(mail::MailboxId mailbox) {
  if (mailbox == mailbox_) return;
  if (in_mailbox_.next != nullptr) {
    if (const auto running = feeds_.find_running(mailbox_); running != feeds_.running_.end()) {
      Feeds::step_over<&Subscription::in_mailbox_>(running->turn, *this);
    }
    leave<&Subscription::in_mailbox_>(feeds_.mailboxes_, mailbox_, *this);
  }
  mailbox_ = mailbox;
  if (mailbox != mail::MailboxId()) {
    enter<&Subscription::in_mailbox_>(feeds_.mailboxes_, mailbox, *this);
  }
}

void Subscription::follow_account(mail::AccountId account) {
  if (account == account_) return;
  if (in_account_.next != nullptr) {
    if (const auto calling = feeds_.find_calling(account_); calling != feeds_.calling_.end()) {
      Feeds::step_over<&Subscription::in_account_>(calling->turn, *this);
    }
    leave<&Subscription::in_account_>(feeds_.accounts_, account_, *this);
  }
  account_ = account;
  if (account != mail::AccountId()) {
    enter<&Subscription::in_account_>(feeds_.accounts_, account, *this);
  }
}

// One that leaves its mailbox or account is not called any more.
template <auto Member>
void Feeds::step_over(Turn& turn, const Subscription& leaving) {
  if (turn.next == &leaving) {
    turn.next = &leaving == turn.last ? nullptr : (leaving.*Member).next;
  }
  if (turn.last == &leaving) turn.last = (leaving.*Member).previous;
}

// --- fan-outs ---

Feeds::Feeds(net::Loop& loop, metrics::Histogram* commit_to_write)
    : loop_(loop), commit_to_write_(commit_to_write) {}

Feeds::~Feeds() = default;

Feeds::RunningList::iterator Feeds::find_running(mail::MailboxId mailbox) {
  return std::ranges::find_if(
      running_, [&](const Running& running) { return running.fanout.change.mailbox == mailbox; });
}

Feeds::CallingList::iterator Feeds::find_calling(mail::AccountId account) {
  return std::ranges::find(calling_, account, &Calling::account);
}

// Calls so many that the loop's other work does not wait for long.
template <auto Member, typename Call>
void Feeds::call_some(Turn& turn, Call&& call) {
  for (std::size_t i = 0; i < kAtOnce && turn.next != nullptr; ++i) {
    Subscription& subscription = *turn.next;
    turn.next = &subscription == turn.last ? nullptr : (subscription.*Member).next;
    call(subscription);
  }
}

void Feeds::deliver(const store::Change& change, Clock::time_point committed) {
  if (const auto running = find_running(change.mailbox); running != running_.end()) {
    if (!running->waiting) running->waiting_since = committed;
    running->waiting = running->waiting ? merged(*running->waiting, change) : change;
    return;
  }
  const auto found = mailboxes_.find(change.mailbox);
  if (found == mailboxes_.end()) return;
  Subscription* const first = found->second;
  running_.push_back({{change, {}}, committed, {first, first->in_mailbox_.previous}, {}, {}});
  go_on(change.mailbox);
}

void Feeds::go_on(mail::MailboxId mailbox) {
  const auto running = find_running(mailbox);
  call_some<&Subscription::in_mailbox_>(
      running->turn, [&](Subscription& subscription) { subscription.on_change(running->fanout); });
  if (running->turn.next == nullptr) {
    if (running->fanout.told > 0) observe_when_sent(running->committed);
    const auto found = mailboxes_.find(mailbox);
    if (!running->waiting || found == mailboxes_.end()) {
      running_.erase(running);
      return;
    }
    running->fanout = {*std::exchange(running->waiting, {}), {}};
    running->committed = running->waiting_since;
    running->turn = {found->second, found->second->in_mailbox_.previous};
  }
  loop_.post([this, mailbox] {
    // Where every core is busy with a fan-out, what others wait for is with threads that have none.
    std::this_thread::yield();
    go_on(mailbox);
  });
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
  for (Subscription* const subscription : following(account)) {
    subscription->on_account_changed(event);
  }
}

void Feeds::account_read(mail::AccountId account) {
  if (const auto calling = find_calling(account); calling != calling_.end()) {
    calling->again = true;
    return;
  }
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return;
  calling_.push_back({account, {found->second, found->second->in_account_.previous}, false});
  go_on_calling(account);
}

void Feeds::go_on_calling(mail::AccountId account) {
  const auto calling = find_calling(account);
  call_some<&Subscription::in_account_>(
      calling->turn, [](Subscription& subscription) { subscription.on_account_read(); });
  if (calling->turn.next == nullptr) {
    const auto found = accounts_.find(account);
    if (!std::exchange(calling->again, false) || found == accounts_.end()) {
      calling_.erase(calling);
      return;
    }
    calling->turn = {found->second, found->second->in_account_.previous};
  }
  loop_.post([this, account] {
    std::this_thread::yield();  // as above
    go_on_calling(account);
  });
}

// A list of its own: those who are called may leave the ring.
std::vector<Subscription*> Feeds::following(mail::AccountId account) const {
  std::vector<Subscription*> all;
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return all;
  Subscription* next = found->second;
  do {
    all.push_back(next);
    next = next->in_account_.next;
  } while (next != found->second);
  return all;
}

}  // namespace roost::push
