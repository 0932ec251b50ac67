// Which names LIST and LSUB answer with (RFC 3501 sections 6.3.8 and 6.3.9, RFC 5258 sections 3 and
// 3.5, RFC 9051 section 6.3.9): one matching for all their forms.
//
// A name is answered with if it matches a pattern and meets the selection criteria. With
// RECURSIVEMATCH also if it only has an inferior that meets them and is not answered with itself
// (section 3.3, rule 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "imap/session.h"
#include "store/mailbox.h"

namespace roost::imap {

// The canonical LIST pattern, in UTF-8: reference and mailbox name are one string. One that is no
// modified UTF-7 is taken as it is, and matches nothing.
[[nodiscard]] std::string canonical_pattern(std::string_view reference, std::string_view pattern,
                                            mail::NameEncoding names);

struct ListSelection {
  std::vector<std::string> patterns;  // canonical
  bool subscribed = false;   // SUBSCRIBED: names that are subscribed to, whether they exist or not
  bool special_use = false;  // SPECIAL-USE (RFC 6154 section 2)
  bool recursive_match = false;  // RECURSIVEMATCH
};

struct ListedName {
  std::string_view name;
  const store::Mailbox* mailbox = nullptr;  // null: \NonExistent
  bool meets_criteria = true;               // false: it is here for its inferiors
  bool child_info = false;                  // CHILDINFO: an inferior meets the criteria
};

// Owns what ListedName points to. Lives for one command.
class MailboxList {
 public:
  // Whether is_subscribed will be asked; with SUBSCRIBED it may be asked anyway.
  enum class Subscriptions : std::uint8_t { kAreNotAsked, kAreAsked };
  MailboxList() = default;
  MailboxList(MailboxList&&) = default;
  MailboxList& operator=(MailboxList&&) = default;
  // kLimit: the patterns are too long. Worker.
  [[nodiscard]] static Result<MailboxList> read(Session& session, const ListSelection& selection,
                                                Subscriptions subscriptions);

  [[nodiscard]] const std::vector<ListedName>& names() const { return names_; }  // sorted
  [[nodiscard]] bool is_subscribed(std::string_view name) const;
  [[nodiscard]] bool has_children(std::string_view name) const;

 private:
  // A name that meets the criteria.
  struct Met {
    std::string_view name;
    bool matches;  // a pattern
  };
  [[nodiscard]] std::vector<Met> meeting(const ListSelection& selection) const;
  [[nodiscard]] const store::Mailbox* find(std::string_view name) const;
  void list(const std::vector<Met>& met);
  void list_with_superiors(const std::vector<Met>& met, const ListSelection& selection);

  std::vector<store::Mailbox> mailboxes_;   // sorted by name
  std::vector<std::string> subscriptions_;  // sorted
  std::vector<ListedName> names_;
};

}  // namespace roost::imap
