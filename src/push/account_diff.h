// What a client that knows an account as one AccountView must be told to know it as a later one.
#pragma once

#include <string_view>
#include <vector>

#include "push/account_view.h"

namespace roost::push {

struct AccountDiff {
  // For a LIST response, in an order in which each is true: names that went, then those of
  // mailboxes that had others, then all else.
  struct Name {
    std::string_view name;
    const AccountView::Entry* entry;  // null: there is no such name any more
    std::string_view old_name;  // of the mailbox that has it now; empty: it has that as before
  };
  // For a STATUS response.
  struct State {
    std::string_view name;
    const AccountView::Entry* entry;
    bool only_modseq;  // nothing but HIGHESTMODSEQ is another: flags changed, but for \Seen
  };
  std::vector<Name> names;
  std::vector<State> states;
};

// A mailbox whose superior was renamed with it is not told by itself (RFC 9051 section 6.3.6), even
// where that superior can only be recognised by it. Empty if either view is too large. The views
// outlive the result.
[[nodiscard]] AccountDiff diff(const AccountView& from, const AccountView& to);

}  // namespace roost::push
