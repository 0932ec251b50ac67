// Feeds: who on one event loop hears of a mailbox's changes and an account's events, and the
// fan-outs on their way to them. A fan-out of many yields: after some subscribers the loop's other
// work has its turn. What else happens to the mailbox meanwhile is merged and goes out behind it,
// so that a burst of deliveries costs each watcher a few writes. So it is with the readings of an
// account.
//
// Owner: the Hub. Thread: the loop's.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "mail/ids.h"
#include "store/change.h"

namespace roost::net {
class Loop;
}

namespace roost::push {

class Feeds;

// A change on its way to the subscribers of one loop. What one of them has formatted is kept for
// the next: `rendered` has a slot per dialect, whose meaning is the subscribers'.
struct Fanout {
  static constexpr std::size_t kDialects = 5;
  store::Change change;
  std::array<std::shared_ptr<const std::string>, kDialects> rendered;
  std::uint32_t told = 0;  // subscribers that wrote something to their client at once
};

// What a session is to the feeds of its loop, and its place in them; on_… is called for as long as
// it stands there. Thread: the loop's.
class Subscription {
 public:
  explicit Subscription(Feeds& feeds) : feeds_(feeds) {}
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  virtual void on_change(Fanout& fanout) = 0;
  virtual void on_account_changed(store::ChangeSink::AccountEvent event) = 0;
  // There is a newer AccountView of its account.
  virtual void on_account_read() = 0;

  // In place of what it followed before; MailboxId(0), AccountId(0): nothing.
  void follow_mailbox(mail::MailboxId mailbox);
  void follow_account(mail::AccountId account);
  [[nodiscard]] mail::MailboxId mailbox() const { return mailbox_; }
  [[nodiscard]] mail::AccountId account() const { return account_; }

 protected:
  virtual ~Subscription();

 private:
  friend class Feeds;
  struct Neighbours {
    Subscription* next = nullptr;  // null: in no feed
    Subscription* previous = nullptr;
  };
  Feeds& feeds_;
  mail::MailboxId mailbox_;
  mail::AccountId account_;
  Neighbours in_mailbox_;
  Neighbours in_account_;
};

class Feeds {
 public:
  using Clock = std::chrono::steady_clock;

  // commit_to_write, if given, counts the microseconds from commit to the last octet's being handed
  // to the last socket of the loop, for changes that were told to anybody at once.
  Feeds(net::Loop& loop, metrics::Histogram* commit_to_write);
  ~Feeds();

  void deliver(const store::Change& change, Clock::time_point committed);
  // A subscriber may stop following while it is called, but not destroy itself or another:
  // connections are destroyed by their loop, later.
  void account_changed(mail::AccountId account, store::ChangeSink::AccountEvent event);
  void account_read(mail::AccountId account);

 private:
  friend class Subscription;

  // A ring of subscriptions; an entry of a map is its first, which was there for longest. No node
  // and no header: a feed has one subscription mostly, and there are as many feeds as connections.
  template <typename Id>
  using Rings = boost::unordered_flat_map<Id, Subscription*, std::hash<Id>>;

  struct Turn {
    Subscription* next;  // to be called; null: all have been
    Subscription* last;  // to be called, unless next is null
  };
  struct Running {
    Fanout fanout;
    Clock::time_point committed;
    Turn turn;
    std::optional<store::Change> waiting;  // what has happened since, merged
    Clock::time_point waiting_since;
  };
  using RunningList = std::list<Running>;
  // Of a reading of an account.
  struct Calling {
    mail::AccountId account;
    Turn turn;
    bool again;  // it was read anew meanwhile
  };
  using CallingList = std::list<Calling>;

  [[nodiscard]] std::vector<Subscription*> following(mail::AccountId account) const;
  [[nodiscard]] RunningList::iterator find_running(mail::MailboxId mailbox);
  [[nodiscard]] CallingList::iterator find_calling(mail::AccountId account);
  void go_on(mail::MailboxId mailbox);
  void go_on_calling(mail::AccountId account);
  template <auto Member, typename Call>
  static void call_some(Turn& turn, Call&& call);
  void observe_when_sent(Clock::time_point committed);
  template <auto Member>
  static void step_over(Turn& turn, const Subscription& leaving);

  net::Loop& loop_;
  metrics::Histogram* const commit_to_write_;
  Rings<mail::MailboxId> mailboxes_;
  Rings<mail::AccountId> accounts_;
  RunningList running_;  // usually none, and few: of mailboxes with very many watchers
  CallingList calling_;  // likewise, of accounts
};

}  // namespace roost::push
