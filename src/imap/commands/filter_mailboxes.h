// filter-mailboxes (RFC 5465 section 6, ABNF section 8): some of an account's mailboxes. With
// subtree-one, and without selected-delayed, as MULTISEARCH has them (RFC 7377 sections 2.2 and 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"
#include "store/mailbox.h"

namespace roost::imap {

struct FilterMailboxes {
  enum class Which : std::uint8_t {
    kSelected,
    kPersonal,  // and inboxes: a message may be delivered to any mailbox (section 6.3)
    kSubscribed,
    kSubtree,
    kSubtreeOne,
    kMailboxes,
  };
  Which which = Which::kSelected;
  // Normalised; those that are no names of mailboxes are left out, as if they did not exist.
  std::unordered_set<std::string> names;
};

// "selected" / "inboxes" / "personal" / "subscribed" / ("subtree" / "subtree-one" / "mailboxes") SP
// one-or-more-mailbox
[[nodiscard]] FilterMailboxes filter_mailboxes(Parser& parser, mail::NameEncoding names);

// The selectable mailboxes that any of the filters names, each once, by name. Worker.
[[nodiscard]] Result<std::vector<store::Mailbox>> filtered_mailboxes(
    const Session& session, std::vector<FilterMailboxes> filters);

}  // namespace roost::imap
