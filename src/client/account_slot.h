// Account::Slot: the mailboxes that one connection watches, and the connection of the moment: made,
// heard, and made again when it has ended (Reconnect).
//
// Owner: the account, and the operations that run; account_ is null once the account is gone.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "client/account.h"
#include "client/boot_timer.h"
#include "client/reconnect.h"

namespace roost::client {

class Account::Slot : public std::enable_shared_from_this<Slot> {
 public:
  // The first, which looks the patterns up; with NOTIFY it is the only one.
  explicit Slot(Account& account) : Slot(account, account.settings_.watcher.mailboxes) {
    named_ = mailboxes_;
    patterns_ = account.settings_.watcher.patterns;
  }
  // What it has left over is added to the others: one mailbox each, and the rest to one of them.
  enum class Share : std::uint8_t { kOne, kRest };
  Slot(Account& account, Share share) : Slot(account, std::vector<std::string>()) {
    takes_rest_ = share == Share::kRest;
  }

  void connect();
  void try_in_turn();
  void add(const std::string& mailbox);
  [[nodiscard]] std::optional<std::string> give_away();
  void take_rest(bool takes_rest);
  void let_in();
  [[nodiscard]] std::vector<std::string> dissolve();
  void stop();
  void detach();
  void surroundings_changed();
  [[nodiscard]] bool caught_up() const { return caught_up_; }
  [[nodiscard]] bool detached() const { return account_ == nullptr; }
  [[nodiscard]] bool connected() const { return link_ != nullptr; }
  [[nodiscard]] bool watches(const std::string& mailbox) const;
  [[nodiscard]] bool takes_rest() const { return takes_rest_; }
  // It takes the rest, and that is more than one can idle in.
  [[nodiscard]] bool asks_in_turn() const;
  // It has a connection, which was let in.
  [[nodiscard]] bool stands() const { return stands_; }
  // It is on its way to be let in, or not.
  [[nodiscard]] bool is_tried() const {
    return is_doubtful() && (asks_secret_ || link_ != nullptr);
  }
  // It is not known whether it will be let in.
  [[nodiscard]] bool waits_to_be_let_in() const { return !stands_ && !lacks_mailbox_; }
  [[nodiscard]] bool heard_since(Time time) const;
  // It watches what matched patterns, and nothing of that is listed any more.
  [[nodiscard]] bool deserted(const std::set<std::string>& listed) const {
    return patterns_.empty() && named_.empty() &&
           std::ranges::none_of(mailboxes_, [&](const auto& one) { return listed.contains(one); });
  }
  // Another watches it.
  void disown(const std::string& mailbox) { std::erase(named_, mailbox); }

 private:
  Slot(Account& account, std::vector<std::string> mailboxes)
      : account_(&account),
        mailboxes_(std::move(mailboxes)),
        reconnect_(std::random_device()()),
        retry_(account.context_.get_executor(), [this] { retry(); }) {}

  // It never was let in, or was turned away the last time.
  [[nodiscard]] bool is_doubtful() const { return !was_let_in_ || turned_away_ > 0; }
  void connect_with(Secret secret);
  void take_watched(const std::vector<std::string>& mailboxes);
  void look_for_named();
  void tell(const std::vector<Event>& events);
  void happened();
  void ended();
  void ask();
  [[nodiscard]] bool count_refusal(const Problem& problem, bool stood);
  void failed(const Problem& problem);
  void retry();

  Account* account_;
  std::vector<std::string> named_;      // to be watched whether they are there or not
  std::vector<std::string> mailboxes_;  // watched now, or when there was a connection
  std::vector<std::string> patterns_;
  bool takes_rest_ = false;
  bool lacks_mailbox_ = false;  // that, and nothing else, keeps it from being connected
  Time look_again_{};           // for those of named_ that are not watched
  Reconnect reconnect_;
  BootTimer retry_;
  std::shared_ptr<Link> link_;
  bool asks_secret_ = false;  // the command runs
  std::optional<Time> secret_since_;
  bool stands_ = false;
  bool was_let_in_ = false;      // once
  bool waits_its_turn_ = false;  // to be tried
  int turned_away_ = 0;          // in a row, while others stood
  Time asked_at_{};              // whether they do
  bool caught_up_ = false;
};

}  // namespace roost::client
