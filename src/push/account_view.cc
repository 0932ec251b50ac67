#include "push/account_view.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "base/log.h"
#include "mail/mailbox_name.h"

namespace roost::push {

namespace {

void take_status(AccountView::Entry& entry, const store::MailboxStatus& status) {
  entry.highest_modseq = status.highest_modseq;
  entry.uid_validity = status.uid_validity;
  entry.uid_next = status.uid_next;
  entry.messages = status.messages;
  entry.unseen = status.unseen;
}

bool contains(const std::vector<mail::MailboxId>& some, mail::MailboxId mailbox) {
  return std::ranges::find(some, mailbox) != some.end();
}

}  // namespace

void Stale::add_state(mail::MailboxId mailbox) {
  if (has_state(mailbox)) return;
  if (states.size() < AccountView::kMaxNames) return states.push_back(mailbox);
  all_states = true;
  states.clear();
}

bool Stale::has_state(mail::MailboxId mailbox) const {
  return all_states || contains(states, mailbox);
}

store::MailboxStatus AccountView::Entry::status() const {
  store::MailboxStatus status;
  status.uid_validity = uid_validity;
  status.uid_next = uid_next;
  status.highest_modseq = highest_modseq;
  status.messages = messages;
  status.unseen = unseen;
  return status;
}

bool AccountView::Entry::has_attributes_of(const Entry& other) const {
  return selectable() == other.selectable() && special_use == other.special_use &&
         exists == other.exists && has_children == other.has_children &&
         subscribed == other.subscribed;
}

Result<AccountViewPtr> AccountView::read(store::Store& store, mail::AccountId account,
                                         const AccountView* before, const Stale& stale) {
  auto view = std::make_shared<AccountView>();
  if (!stale.names) {
    *view = *before;
  } else if (auto read = view->read_names(store, account); !read) {
    return fail(std::move(read.error()));
  } else if (before != nullptr) {
    view->take_states(*before);
  }
  view->read_states(store, before, stale);
  return view;
}

// One that cannot be read is no reason to say nothing of the others.
void AccountView::read_states(store::Store& store, const AccountView* before, const Stale& stale) {
  unread_.clear();
  for (Entry& entry : entries_) {
    const bool tried = before != nullptr && contains(before->unread_, entry.id);
    if (!entry.selectable()) continue;
    if (entry.has_state() && !tried && !stale.has_state(entry.id)) continue;
    const auto status = store.status(entry.id);
    if (status) {
      take_status(entry, *status);
    } else if (status.error().code != ErrorCode::kNotFound) {  // gone: its name is stale, too
      if (!tried) {
        log::error("cannot read the state of mailbox {}: {}", entry.id.value,
                   status.error().detail);
      }
      unread_.push_back(entry.id);
    }
  }
}

Result<void> AccountView::read_names(store::Store& store, mail::AccountId account) {
  const auto mailboxes = store.mailboxes(account);
  if (!mailboxes) return fail(mailboxes.error());
  const auto subscriptions = store.subscriptions(account);
  if (!subscriptions) return fail(subscriptions.error());
  too_large_ = std::max(mailboxes->size(), subscriptions->size()) > kMaxNames;
  if (too_large_) return {};

  // Both are sorted.
  auto subscription = subscriptions->begin();
  const auto add_subscriptions_before = [&](const std::string* name) {
    for (; subscription != subscriptions->end() && (name == nullptr || *subscription < *name);
         ++subscription) {
      add(*subscription, {.exists = false, .subscribed = true});
    }
  };
  for (const store::Mailbox& mailbox : *mailboxes) {
    add_subscriptions_before(&mailbox.name);
    const bool subscribed = subscription != subscriptions->end() && *subscription == mailbox.name;
    if (subscribed) ++subscription;
    add(mailbox.name, {.id = mailbox.selectable ? mailbox.id : mail::MailboxId(),
                       .special_use = mailbox.special_use,
                       .exists = true,
                       .subscribed = subscribed});
  }
  add_subscriptions_before(nullptr);
  too_large_ = names_.size() > kMaxOctetsOfNames;
  if (too_large_) {
    entries_ = {};
    names_ = {};
    return {};
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto parent = mail::parent_of(name(i));
    if (!entries_[i].exists || !parent) continue;
    if (const Entry* const found = find(*parent)) {
      entries_[static_cast<std::size_t>(found - entries_.data())].has_children = true;
    }
  }
  names_.shrink_to_fit();
  entries_.shrink_to_fit();
  return {};
}

void AccountView::add(std::string_view name, Entry entry) {
  names_ += name;
  entry.name_end = static_cast<std::uint32_t>(names_.size());
  entries_.push_back(entry);
}

// By the mailboxes' ids, whatever they are called now.
void AccountView::take_states(const AccountView& before) {
  std::unordered_map<mail::MailboxId, const Entry*> known;
  for (const Entry& entry : before.entries_) {
    if (entry.selectable()) known.emplace(entry.id, &entry);
  }
  for (Entry& entry : entries_) {
    const auto found = known.find(entry.id);
    if (found != known.end()) take_status(entry, found->second->status());
  }
}

std::string_view AccountView::name(std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : entries_[i - 1].name_end;
  return std::string_view(names_).substr(begin, entries_[i].name_end - begin);
}

const AccountView::Entry* AccountView::find(std::string_view wanted) const {
  std::size_t first = 0;
  std::size_t past = entries_.size();
  while (first < past) {
    const std::size_t middle = std::midpoint(first, past);
    if (name(middle) < wanted) {
      first = middle + 1;
    } else {
      past = middle;
    }
  }
  return first < entries_.size() && name(first) == wanted ? &entries_[first] : nullptr;
}

}  // namespace roost::push
