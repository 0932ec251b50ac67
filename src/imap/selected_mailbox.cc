#include "imap/selected_mailbox.h"

#include "base/check.h"

namespace roost::imap {

void SelectedMailbox::sleep() {
  ROOST_CHECK(!has_ghosts);
  told = {view->modseq(), view->uid_next(), view->size()};
  view.reset();
}

bool SelectedMailbox::wake(const mail::ViewPtr& at_cursor) {
  if (at_cursor == nullptr || at_cursor->modseq() != told.modseq) return false;
  view = at_cursor;
  return true;
}

Result<void> SelectedMailbox::wake(store::Store& store) {
  if (!asleep()) return {};
  const auto newest = store.view(mailbox.id);
  if (!newest) return fail(newest.error());
  if (wake(*newest)) return {};
  const auto expunged = store.expunged_since(mailbox.id, told.modseq);
  if (!expunged) {
    if (expunged.error().code != ErrorCode::kNotFound) return fail(expunged.error());
    const auto again = store.view(mailbox.id);
    if (!again) return fail(again.error());
    return fail(ErrorCode::kConflict, "too much was expunged while the client did not read");
  }
  view = mail::view_as_of(**newest, told.modseq, told.uid_next, *expunged);
  if (view->size() == told.messages) return {};
  return fail(ErrorCode::kCorruption, "the log of expunges contradicts what was told");
}

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
