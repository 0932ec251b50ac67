// Hub: who hears of a commit. It implements the store's ChangeSink and brings each change to the
// event loops on which somebody watches that mailbox, usually none, with one task per loop.
//
// No wake-up can be lost, by construction: a session first takes a Watch, then reads the view. A
// change published before the read is in the view; one published after it raises Watch::latest
// above the view's mod-sequence, which is the session's cursor. "Is there something to tell" is
// thereby always latest() > cursor, whatever was missed, repeated or reordered.
#pragma once

#include <array>
#include <atomic>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/metrics.h"
#include "push/watch.h"
#include "store/change.h"

namespace roost::net {
class Loops;
}

namespace roost::push {

class Feeds;

// A change on its way to the subscribers of one loop. What one of them has formatted is kept for
// the next: `rendered` has a slot per dialect, whose meaning is the subscribers'.
struct Fanout {
  static constexpr std::size_t kDialects = 4;
  const store::Change& change;
  std::array<std::shared_ptr<const std::string>, kDialects> rendered;
  std::uint32_t told = 0;  // subscribers that wrote something to their client at once
};

// What a session implements. Thread: its loop's.
class Subscriber {
 public:
  virtual void on_change(Fanout& fanout) = 0;
  virtual void on_account_changed(store::ChangeSink::AccountEvent event) = 0;

 protected:
  ~Subscriber() = default;
};

// A subscriber's place in the lists of its loop; on_… is called for as long as it stands there.
// Member of the subscriber. Thread: the loop's.
class Subscription {
 public:
  Subscription(Feeds& feeds, Subscriber& subscriber) : feeds_(feeds), subscriber_(subscriber) {}
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  // In place of what it followed before; MailboxId(0), AccountId(0): nothing.
  void follow_mailbox(mail::MailboxId mailbox);
  void follow_account(mail::AccountId account);
  [[nodiscard]] mail::MailboxId mailbox() const { return mailbox_; }

 private:
  friend class Feeds;
  using Hook = boost::intrusive::list_member_hook<
      boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  Feeds& feeds_;
  Subscriber& subscriber_;
  mail::MailboxId mailbox_;
  mail::AccountId account_;
  Hook mailbox_hook_;
  Hook account_hook_;
};

// The subscriptions of one loop, by mailbox and by account. Thread: the loop's.
class Feeds {
 public:
  // Returns how many subscribers told their client at once.
  std::uint32_t deliver(const store::Change& change);
  void account_changed(mail::AccountId account, store::ChangeSink::AccountEvent event);

 private:
  friend class Subscription;
  using MailboxFeed = boost::intrusive::list<
      Subscription,
      boost::intrusive::member_hook<Subscription, Subscription::Hook, &Subscription::mailbox_hook_>,
      boost::intrusive::constant_time_size<false>>;
  using AccountFeed = boost::intrusive::list<
      Subscription,
      boost::intrusive::member_hook<Subscription, Subscription::Hook, &Subscription::account_hook_>,
      boost::intrusive::constant_time_size<false>>;
  template <typename Map, typename Key, typename Call>
  void for_each(Map& map, Key key, Call&& call);
  template <typename Map, typename Key>
  void drop_if_empty(Map& map, Key key);

  std::unordered_map<mail::MailboxId, MailboxFeed> mailboxes_;
  std::unordered_map<mail::AccountId, AccountFeed> accounts_;
  const void* walking_ = nullptr;  // the list that is being walked stays, even empty
};

class Hub final : public store::ChangeSink {
 public:
  // commit_to_write, if given, counts the microseconds from commit to the last octet's being handed
  // to the last socket of a loop, for changes that were told to anybody at once.
  explicit Hub(net::Loops& loops, metrics::Histogram* commit_to_write = nullptr);
  ~Hub();

  [[nodiscard]] Watch watch(std::size_t loop, mail::MailboxId mailbox);  // any thread
  [[nodiscard]] Feeds& feeds(std::size_t loop) { return *feeds_[loop]; }
  // Counts account_changed. Whoever reads an account and follows it later compares, so that no
  // change in between is missed. Any thread.
  [[nodiscard]] std::uint64_t account_changes() const {
    return account_changes_.load(std::memory_order_acquire);
  }

  // ChangeSink; any thread, never blocks.
  void committed(const store::Change& change) override;
  void mailbox_deleted(mail::MailboxId mailbox) override;
  void account_changed(mail::AccountId account, AccountEvent event) override;

 private:
  friend class Watch;
  static constexpr std::size_t kShards = 64;
  struct Shard;
  Shard& shard_of(mail::MailboxId mailbox);
  void unwatch(std::size_t loop, mail::MailboxId mailbox);
  // The loops with an interest in mailbox.
  std::vector<std::uint32_t> interested(mail::MailboxId mailbox, mail::ModSeq latest);

  void bring(std::size_t loop, const store::Change& change,
             std::chrono::steady_clock::time_point committed);

  net::Loops& loops_;
  metrics::Histogram* const commit_to_write_;
  std::vector<std::unique_ptr<Feeds>> feeds_;
  std::unique_ptr<Shard[]> shards_;
  std::atomic<std::uint64_t> account_changes_{0};
};

}  // namespace roost::push
