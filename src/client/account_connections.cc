// Account: which connection watches which mailbox, where a connection watches one.
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "client/account_slot.h"

namespace roost::client {

void Account::take_listed(const std::optional<std::set<std::string>>& listed) {
  listed_ = listed;
  if (!listed || stopping_) return;
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
  try_next();
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

// What matches a pattern is offered after each look at it.
void Account::take_left_over(const std::string& mailbox) {
  const auto watches = [&mailbox](const auto& slot) { return slot->watches(mailbox); };
  if (stopping_ || refuses(mailbox) || std::ranges::any_of(slots_, watches)) return;
  for (const auto& other : slots_) other->disown(mailbox);
  auto slot = rest();
  if (slots_.size() < limit_.most()) {
    const bool last = slot == nullptr && slots_.size() + 1 == limit_.most();
    slot = std::make_shared<Slot>(*this, last ? Slot::Share::kRest : Slot::Share::kOne);
    slot->add(mailbox);
    return add_slot(slot);
  }
  ROOST_CHECK(slot != nullptr);  // nothing else fills the number
  slot->add(mailbox);
}

// The server lets in no more than those that stand. Of these as many are kept as the limit says;
// the first, which has the patterns, is one of them, whether it stands or not. Requires: one
// stands.
void Account::make_room(const Problem& problem) {
  const auto stands = [](const auto& slot) { return slot->stands(); };
  const auto stand = static_cast<std::size_t>(std::ranges::count_if(slots_, stands));
  ROOST_CHECK(stand > 0);
  limit_.lower(stand, slots_.front()->stands() ? stand : stand + 1);
  if (slots_.size() <= limit_.most()) return;
  limit_.refused(problem.text, BootClock::now());

  auto heir = limit_.most() == 1 ? slots_.front() : rest();
  if (limit_.most() > 1 && (heir == nullptr || !heir->stands())) {
    heir = *std::ranges::find_if(slots_.rbegin(), slots_.rend(), stands);
  }
  std::vector<std::shared_ptr<Slot>> kept{slots_.front()};
  if (heir != slots_.front()) kept.push_back(heir);
  const auto is_kept = [&kept](const auto& slot) {
    return std::ranges::find(kept, slot) != kept.end();
  };
  for (const auto& slot : slots_) {
    if (kept.size() < limit_.most() && slot->stands() && !is_kept(slot)) kept.push_back(slot);
  }
  const auto before = std::exchange(slots_, kept);
  heir->take_rest(true);
  for (const auto& slot : before) {
    if (is_kept(slot)) continue;
    for (const std::string& mailbox : slot->dissolve()) heir->add(mailbox);
  }
  for (const auto& slot : slots_) slot->let_in();
}

// Of a mailbox that matched a pattern and is gone, or cannot be read. Once LIST has not shown it,
// or after a while, it is tried again. Another has its connection.
void Account::drop_slot(const Slot& slot) {
  std::erase_if(slots_, [&slot](const auto& other) { return other.get() == &slot; });
  relieve_rest();
  check_caught_up();
}

// May destroy the account.
void Account::rest_caught_up() {
  if (stopping_) return;
  relieve_rest();
  const auto slot = rest();
  if (slot == nullptr || !slot->asks_in_turn()) return;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(settings_.watcher.poll);
  std::string text = "without NOTIFY each mailbox takes a connection";
  if (!limit_.text().empty()) text += ", and the server lets in no more (" + limit_.text() + ")";
  text += "; what has none of its own is asked in turn, every " + std::to_string(minutes.count()) +
          " minutes";
  notice({ProblemKind::kLate, std::move(text)});
}

// A mailbox that is asked in turn gets the connection that has become free, or may be let in by
// now: that is tried with one at a time.
void Account::relieve_rest() {
  const auto slot = rest();
  if (stopping_ || slot == nullptr || !slot->asks_in_turn()) return;
  if (slots_.size() == limit_.most()) {
    const auto waits = [](const auto& one) { return one->waits_to_be_let_in(); };
    if (!limit_.may_try_more(BootClock::now()) || std::ranges::any_of(slots_, waits)) return;
    limit_.try_more();
  }
  if (slot == slots_.front()) return part();
  const auto mailbox = slot->give_away();
  if (!mailbox) return;
  refused_.erase(*mailbox);  // that was before
  take_left_over(*mailbox);
}

// What the first slot asked after in turn is shared with a second.
void Account::part() {
  const auto first = slots_.front();
  auto mailbox = first->give_away();
  if (!mailbox) return;
  auto second = std::make_shared<Slot>(*this, Slot::Share::kRest);
  for (; mailbox; mailbox = first->give_away()) second->add(*mailbox);
  first->take_rest(false);
  add_slot(std::move(second));
}

}  // namespace roost::client
