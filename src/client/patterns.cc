#include "client/patterns.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"

namespace roost::client {

void Patterns::ask() {
  next_ = 0;
  found_.clear();
  too_many_ = false;
  in_doubt_ = false;
}

Command Patterns::next(mail::NameEncoding names) const {
  Command command("LIST \"\" ");
  return command.string(mail::encode_mailbox_name(patterns_[next_], names));
}

bool Patterns::is_away(const imap::response::List& list) {
  const auto is = [&list](std::string_view name) {
    return std::ranges::any_of(list.attributes, [name](const std::string& attribute) {
      return equal_ignoring_case(attribute, name);
    });
  };
  return is("\\Noselect") || is("\\NonExistent") || is("\\NoAccess");
}

void Patterns::listed(const imap::response::List& list, mail::NameEncoding names) {
  if (is_away(list)) return;
  auto name = mail::decode_mailbox_name(list.mailbox, names);
  if (!name || name->size() > kMaxName) return;  // no command could name it
  // By itself a server may speak of any mailbox at any time (RFC 5465 section 5.4).
  const std::string_view pattern = patterns_[next_];
  const std::string_view literal = pattern.substr(0, pattern.find_first_of("*%"));
  if (!equal_ignoring_case(name->substr(0, literal.size()), literal)) return;
  if (equal_ignoring_case(*name, "INBOX")) *name = "INBOX";
  if (found_.size() < kMaxMailboxes) {
    found_.insert(*std::move(name));
  } else {
    too_many_ = too_many_ || !found_.contains(*name);
  }
}

}  // namespace roost::client
