#include "push/account_diff.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_map>

#include "mail/mailbox_name.h"

namespace roost::push {

namespace {

using Entry = AccountView::Entry;

// "c" of "a/b/c".
std::string_view last_part(std::string_view name) {
  const auto parent = mail::parent_of(name);
  return parent ? name.substr(parent->size() + 1) : name;
}

struct Rename {
  std::string_view from, to;
};

// That of the superiors, if this may have come with it.
std::optional<Rename> above(const Rename& rename) {
  const auto from = mail::parent_of(rename.from);
  const auto to = mail::parent_of(rename.to);
  if (!from || !to || last_part(rename.from) != last_part(rename.to)) return std::nullopt;
  return Rename{*from, *to};
}

bool same_counts(const Entry& a, const Entry& b) {
  return a.uid_validity == b.uid_validity && a.uid_next == b.uid_next && a.messages == b.messages &&
         a.unseen == b.unseen;
}

class Comparison {
 public:
  Comparison(const AccountView& from, const AccountView& to) : from_(from), to_(to) {}

  AccountDiff run() {
    if (from_.too_large() || to_.too_large()) return {};
    pair_up();
    find_renames();
    AccountDiff diff;
    tell_gone(diff);
    tell_renamed(diff);
    for (const Pair& pair : pairs_) {
      if (tells_by_itself(pair)) diff.names.push_back({pair.name, pair.now, {}});
      compare_states(pair, diff);
    }
    return diff;
  }

 private:
  // One name in both views; either may be null.
  struct Pair {
    std::string_view name;
    const Entry* before;
    const Entry* now;
  };

  void pair_up() {
    std::size_t a = 0;
    std::size_t b = 0;
    while (a < from_.entries().size() || b < to_.entries().size()) {
      const bool has_a = a < from_.entries().size();
      const bool has_b = b < to_.entries().size();
      const bool take_a = has_a && (!has_b || from_.name(a) <= to_.name(b));
      const bool take_b = has_b && (!has_a || to_.name(b) <= from_.name(a));
      const std::string_view name = take_a ? from_.name(a) : to_.name(b);
      pairs_.push_back(
          {name, take_a ? &from_.entries()[a] : nullptr, take_b ? &to_.entries()[b] : nullptr});
      if (take_a) ++a;
      if (take_b) ++b;
    }
  }

  [[nodiscard]] static bool same_mailbox(const Pair& pair) {
    return pair.before != nullptr && pair.now != nullptr && pair.before->id == pair.now->id;
  }

  // By the mailboxes' ids. A \Noselect name has none: it was renamed if what is below it was.
  void find_renames() {
    std::unordered_map<mail::MailboxId, const Pair*> left;
    for (const Pair& pair : pairs_) {
      if (pair.before != nullptr && pair.before->selectable() && !same_mailbox(pair)) {
        left.emplace(pair.before->id, &pair);
      }
    }
    for (const Pair& pair : pairs_) {
      if (pair.now == nullptr || !pair.now->selectable() || same_mailbox(pair)) continue;
      const auto found = left.find(pair.now->id);
      if (found != left.end()) add_rename({found->second->name, pair.name});
    }
    for (std::size_t i = 0; i < renames_.size(); ++i) {
      const auto superior = above(renames_[i]);
      if (!superior || is_renamed(*superior)) continue;
      const bool noselect =
          is_noselect(from_.find(superior->from)) && is_noselect(to_.find(superior->to));
      if (noselect) add_rename(*superior);
    }
    // What has left a superior goes before that does.
    std::ranges::stable_sort(renames_, std::greater(), [](const Rename& rename) {
      return std::ranges::count(rename.from, mail::kHierarchyDelimiter);
    });
  }

  // Where a name is taken anew, or was another's, OLDNAME could be misunderstood: then the old name
  // is told as gone, and the new one as new. Otherwise nothing is left below the old name, nor was
  // anything below the new one.
  void add_rename(const Rename& rename) {
    if (exists(to_, rename.from) || exists(from_, rename.to)) return;
    // Of what is below a \Noselect name, each may have gone elsewhere.
    if (new_names_.contains(rename.from) || old_names_.contains(rename.to)) return;
    renames_.push_back(rename);
    new_names_.emplace(rename.from, rename.to);
    old_names_.emplace(rename.to, rename.from);
  }

  [[nodiscard]] static bool is_noselect(const Entry* entry) {
    return entry != nullptr && entry->exists && !entry->selectable();
  }
  [[nodiscard]] static bool exists(const AccountView& view, std::string_view name) {
    const Entry* const entry = view.find(name);
    return entry != nullptr && entry->exists;
  }
  [[nodiscard]] bool is_renamed(const Rename& rename) const {
    const auto found = new_names_.find(rename.from);
    return found != new_names_.end() && found->second == rename.to;
  }

  // It may still be subscribed to. Of one that is not told to be gone before its superior is told
  // to be renamed, the client would think that it went with that.
  [[nodiscard]] bool is_gone(const Pair& pair) const {
    if (new_names_.contains(pair.name)) return false;
    return pair.now == nullptr ||
           (pair.before != nullptr && pair.before->exists && !pair.now->exists);
  }

  void tell_gone(AccountDiff& diff) const {
    for (const Pair& pair : pairs_) {
      if (is_gone(pair)) diff.names.push_back({pair.name, pair.now, {}});
    }
  }

  void tell_renamed(AccountDiff& diff) const {
    for (const Rename& rename : renames_) {
      const Entry& before = *from_.find(rename.from);
      const Entry& now = *to_.find(rename.to);
      const auto superior = above(rename);
      const bool goes_without_saying =
          superior && is_renamed(*superior) && now.has_attributes_of(before);
      if (!goes_without_saying) diff.names.push_back({rename.to, &now, rename.from});
    }
  }

  [[nodiscard]] bool tells_by_itself(const Pair& pair) const {
    if (pair.now == nullptr || old_names_.contains(pair.name) || is_gone(pair)) return false;
    return !same_mailbox(pair) || !pair.now->has_attributes_of(*pair.before);
  }

  // A new mailbox is known to be empty, unless its name was another's: then UIDVALIDITY is to be
  // told.
  void compare_states(const Pair& pair, AccountDiff& diff) const {
    if (pair.now == nullptr || !pair.now->selectable() || !pair.now->has_state()) return;
    const auto renamed = old_names_.find(pair.name);
    const Entry* const before =
        renamed == old_names_.end() ? pair.before : from_.find(renamed->second);
    const bool had_a_state = before != nullptr && before->selectable();
    if (!had_a_state && pair.now->messages == 0 && pair.now->uid_next <= mail::Uid(1)) return;
    const bool replaces =
        !same_mailbox(pair) && pair.before != nullptr && pair.before->selectable();
    const bool same = had_a_state && !replaces && same_counts(*before, *pair.now);
    if (same && before->highest_modseq == pair.now->highest_modseq) return;
    diff.states.push_back({pair.name, pair.now, same});
  }

  const AccountView& from_;
  const AccountView& to_;
  std::vector<Pair> pairs_;
  std::vector<Rename> renames_;
  // Both ways.
  std::unordered_map<std::string_view, std::string_view> new_names_;
  std::unordered_map<std::string_view, std::string_view> old_names_;
};

}  // namespace

AccountDiff diff(const AccountView& from, const AccountView& to) {
  return Comparison(from, to).run();
}

}  // namespace roost::push
