#include "imap/selected_mailbox.h"

namespace roost::imap {

void SelectedMailbox::claim_recent(store::Store& store) {
  if (read_only()) return;
  const auto claimed = store.claim_recent(mailbox.id);
  if (claimed.first <= claimed.last) recent.add(mail::UidRange{claimed.first, claimed.last});
}

std::uint32_t SelectedMailbox::recent_count() const {
  std::uint32_t count = 0;
  for (const mail::UidRange& range : recent.ranges()) {
    count += view->lower_bound(range.last.next()).value - view->lower_bound(range.first).value;
  }
  return count;
}

}  // namespace roost::imap
