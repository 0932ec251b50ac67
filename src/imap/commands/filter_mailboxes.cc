#include "imap/commands/filter_mailboxes.h"

#include <algorithm>

#include "mail/mailbox_name.h"

namespace roost::imap {

namespace {

using Which = FilterMailboxes::Which;

// one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")"
std::unordered_set<std::string> one_or_more_mailbox(Parser& parser, mail::NameEncoding encoding) {
  std::unordered_set<std::string> names;
  const auto read = [&] {
    auto name = mail::decode_mailbox_name(parser.mailbox(), encoding);
    if (name) name = mail::normalise_mailbox_name(*name);
    if (name) names.insert(*std::move(name));
  };
  if (parser.peek() == '(') {
    parser.list(read);
  } else {
    read();
  }
  return names;
}

bool matches(const FilterMailboxes& filter, const store::Mailbox& mailbox,
             std::optional<mail::MailboxId> selected) {
  const auto superior = [](const std::string& name) {
    const std::size_t end = name.rfind(mail::kHierarchyDelimiter);
    return name.substr(0, end == std::string::npos ? 0 : end);
  };
  switch (filter.which) {
    case Which::kSelected:
      return mailbox.id == selected;
    case Which::kPersonal:
      return true;
    case Which::kSubscribed:
    case Which::kMailboxes:
      return filter.names.contains(mailbox.name);
    case Which::kSubtreeOne:
      return filter.names.contains(mailbox.name) || filter.names.contains(superior(mailbox.name));
    case Which::kSubtree:
      for (std::string name = mailbox.name; !name.empty(); name = superior(name)) {
        if (filter.names.contains(name)) return true;
      }
      return false;
  }
  return false;
}

}  // namespace

FilterMailboxes filter_mailboxes(Parser& parser, mail::NameEncoding names) {
  FilterMailboxes filter;
  if (parser.try_word("SELECTED")) return filter;
  if (parser.try_word("INBOXES") || parser.try_word("PERSONAL")) {
    filter.which = Which::kPersonal;
  } else if (parser.try_word("SUBSCRIBED")) {
    filter.which = Which::kSubscribed;
  } else {
    if (parser.try_word("SUBTREE")) {
      filter.which = Which::kSubtree;
    } else if (parser.try_word("SUBTREE-ONE")) {
      filter.which = Which::kSubtreeOne;
    } else if (parser.try_word("MAILBOXES")) {
      filter.which = Which::kMailboxes;
    } else {
      parser.fail("which mailboxes");
      return filter;
    }
    parser.space();
    filter.names = one_or_more_mailbox(parser, names);
  }
  return filter;
}

Result<std::vector<store::Mailbox>> filtered_mailboxes(const Session& session,
                                                       std::vector<FilterMailboxes> filters) {
  store::Store& store = session.server.store;
  for (FilterMailboxes& filter : filters) {
    if (filter.which != Which::kSubscribed) continue;
    auto subscribed = store.subscriptions(session.account().id);
    if (!subscribed) return fail(std::move(subscribed.error()));
    filter.names.insert(subscribed->begin(), subscribed->end());
  }
  std::optional<mail::MailboxId> selected;
  if (session.state() == State::kSelected) selected = session.selected().mailbox.id;
  auto mailboxes = store.mailboxes(session.account().id);
  if (!mailboxes) return mailboxes;
  std::erase_if(*mailboxes, [&](const store::Mailbox& mailbox) {
    return !mailbox.selectable || std::ranges::none_of(filters, [&](const FilterMailboxes& filter) {
      return matches(filter, mailbox, selected);
    });
  });
  return mailboxes;
}

}  // namespace roost::imap
