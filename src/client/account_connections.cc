// Account: which connection watches which mailbox, where a connection watches one.
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "client/account_slot.h"

namespace roost::client {

void Account::take_listed(const std::optional<std::set<std::string>>& listed) {
  listed_ = listed;
  if (!listed) return;
  std::erase_if(refused_, [&listed](const auto& one) { return !listed->contains(one.first); });
  drop_deserted(*listed);
}

// A server may say nothing to who has selected a mailbox that is deleted or renamed (RFC 2180
// sections 3.2 to 3.4), and what comes back under its name is another.
void Account::drop_deserted(const std::set<std::string>& listed) {
  const auto slots = slots_;
  for (const auto& slot : slots) {
    if (!slot->deserted(listed)) continue;
    slot->detach();
    std::erase(slots_, slot);
    relieve_rest();
  }
}

void Account::refuse(const std::string& mailbox) {
  refused_[mailbox] = BootClock::now() + settings_.watcher.refused;
}

bool Account::refuses(const std::string& mailbox) const {
  const auto refused = refused_.find(mailbox);
  return refused != refused_.end() && BootClock::now() < refused->second;
}

// Null: there are connections enough for all.
std::shared_ptr<Account::Slot> Account::rest() const {
  const auto found =
      std::ranges::find_if(slots_, [](const auto& slot) { return slot->takes_rest(); });
  return found == slots_.end() ? nullptr : *found;
}

// What matches a pattern is offered after each look at it. May destroy the account.
void Account::take_left_over(const std::string& mailbox) {
  const auto watches = [&mailbox](const auto& slot) { return slot->watches(mailbox); };
  if (stopping_ || refuses(mailbox) || std::ranges::any_of(slots_, watches)) return;
  for (const auto& other : slots_) other->disown(mailbox);
  auto slot = rest();
  if (slots_.size() < kMaxConnections) {
    const bool last = slot == nullptr && slots_.size() + 1 == kMaxConnections;
    slot = std::make_shared<Slot>(*this, last ? Slot::Share::kRest : Slot::Share::kOne);
    slot->add(mailbox);
    return add_slot(slot);
  }
  ROOST_CHECK(slot != nullptr);  // nothing else fills the number
  slot->add(mailbox);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(settings_.watcher.poll);
  notice({ProblemKind::kLate, "without NOTIFY each mailbox takes a connection; what is beyond " +
                                  std::to_string(kMaxConnections - 1) +
                                  " is asked in turn, every " + std::to_string(minutes.count()) +
                                  " minutes"});
}

// Of a mailbox that matched a pattern and is gone, or cannot be read. Once LIST has not shown it,
// or after a while, it is tried again. Another has its connection.
void Account::drop_slot(const Slot& slot) {
  std::erase_if(slots_, [&slot](const auto& other) { return other.get() == &slot; });
  relieve_rest();
  check_caught_up();
}

// A mailbox that is asked in turn gets the connection that has become free.
void Account::relieve_rest() {
  const auto slot = rest();
  if (slot == nullptr || slots_.size() == kMaxConnections) return;
  const auto mailbox = slot->give_away();
  if (!mailbox) return;
  refused_.erase(*mailbox);  // that was before
  take_left_over(*mailbox);
}

}  // namespace roost::client
