#include "imap/commands/mailbox_list.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "mail/mailbox_name.h"

namespace roost::imap {

namespace {

// Of all together: comparing a name with them takes as long as they are.
constexpr std::size_t kMaxPatternOctets = 8 * 1024;

std::size_t octets_of(const std::vector<std::string>& patterns) {
  std::size_t octets = 0;
  for (const std::string& pattern : patterns) octets += pattern.size();
  return octets;
}

bool matches_any(std::string_view name, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns, [name](const std::string& pattern) {
    return !pattern.empty() && mail::matches_list_pattern(name, pattern);
  });
}

// The inferiors of name among all, which are sorted. They need not stand directly behind it:
// "a b" < "a/b".
template <typename Item, typename Name>
auto inferiors_of(const std::vector<Item>& all, std::string_view name, Name name_of) {
  const std::string first = std::string(name) + mail::kHierarchyDelimiter;
  const auto begin = std::ranges::lower_bound(all, std::string_view(first), {}, name_of);
  const auto end = std::find_if_not(begin, all.end(), [&](const Item& item) {
    return std::string_view(std::invoke(name_of, item)).starts_with(first);
  });
  return std::ranges::subrange(begin, end);
}

std::string_view name_of_mailbox(const store::Mailbox& mailbox) { return mailbox.name; }

}  // namespace

std::string canonical_pattern(std::string_view reference, std::string_view pattern,
                              mail::NameEncoding names) {
  const std::string wire = std::string(reference) + std::string(pattern);
  return mail::decode_mailbox_name(wire, names).value_or(wire);
}

Result<MailboxList> MailboxList::read(Session& session, const ListSelection& selection,
                                      Subscriptions subscriptions) {
  if (octets_of(selection.patterns) > kMaxPatternOctets) {
    return fail(ErrorCode::kLimit, "At most 8192 octets of patterns at once");
  }
  MailboxList list;
  store::Store& store = session.server.store;
  auto mailboxes = store.mailboxes(session.account().id);
  if (!mailboxes) return fail(std::move(mailboxes.error()));
  list.mailboxes_ = *std::move(mailboxes);
  if (selection.subscribed || subscriptions == Subscriptions::kAreAsked) {
    auto names = store.subscriptions(session.account().id);
    if (!names) return fail(std::move(names.error()));
    list.subscriptions_ = *std::move(names);
  }
  const std::vector<Met> met = list.meeting(selection);
  if (selection.recursive_match) {
    list.list_with_superiors(met, selection);
  } else {
    list.list(met);
  }
  return list;
}

std::vector<MailboxList::Met> MailboxList::meeting(const ListSelection& selection) const {
  std::vector<Met> met;
  const auto consider = [&](std::string_view name, const store::Mailbox* mailbox) {
    const bool is_special = mailbox != nullptr && mailbox->special_use != mail::SpecialUse::kNone;
    if (selection.special_use && !is_special) return;
    met.push_back({name, matches_any(name, selection.patterns)});
  };
  if (selection.subscribed) {
    for (const std::string& name : subscriptions_) consider(name, find(name));
  } else {
    for (const store::Mailbox& mailbox : mailboxes_) consider(mailbox.name, &mailbox);
  }
  return met;
}

void MailboxList::list(const std::vector<Met>& met) {
  for (const Met& name : met) {
    if (name.matches) names_.push_back({.name = name.name, .mailbox = find(name.name)});
  }
}

void MailboxList::list_with_superiors(const std::vector<Met>& met, const ListSelection& selection) {
  std::vector<std::string_view> candidates;
  for (const Met& name : met) {
    candidates.push_back(name.name);
    for (auto superior = mail::parent_of(name.name); superior;
         superior = mail::parent_of(*superior)) {
      candidates.push_back(*superior);
    }
  }
  std::ranges::sort(candidates);
  const auto twice = std::ranges::unique(candidates);
  candidates.erase(twice.begin(), twice.end());

  for (const std::string_view name : candidates) {
    if (!matches_any(name, selection.patterns)) continue;
    const auto inferiors = inferiors_of(met, name, &Met::name);
    const bool meets_criteria = std::ranges::binary_search(met, name, {}, &Met::name);
    if (!meets_criteria && std::ranges::all_of(inferiors, &Met::matches)) continue;
    names_.push_back({name, find(name), meets_criteria, !inferiors.empty()});
  }
}

const store::Mailbox* MailboxList::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(mailboxes_, name, {}, name_of_mailbox);
  return found != mailboxes_.end() && found->name == name ? &*found : nullptr;
}

bool MailboxList::is_subscribed(std::string_view name) const {
  return std::ranges::binary_search(subscriptions_, name, {},
                                    [](const std::string& s) { return std::string_view(s); });
}

bool MailboxList::has_children(std::string_view name) const {
  return !inferiors_of(mailboxes_, name, name_of_mailbox).empty();
}

}  // namespace roost::imap
