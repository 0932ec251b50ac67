#include "imap/selected_mailbox.h"

#include "base/check.h"

namespace roost::imap {

namespace {

KeptResults& made(std::unique_ptr<KeptResults>& kept) {
  if (kept == nullptr) kept = std::make_unique<KeptResults>();
  return *kept;
}

void drop_if_empty(std::unique_ptr<KeptResults>& kept) {
  if (kept != nullptr && kept->empty()) kept.reset();
}

}  // namespace

void SelectedMailbox::save_result(mail::UidSet uids) {
  made(kept).saved = std::move(uids);
  drop_if_empty(kept);
}

void SelectedMailbox::add_context(Context context) {
  made(kept).contexts.add(std::move(context));
  drop_if_empty(kept);
}

bool SelectedMailbox::cancel_context(std::string_view tag) {
  const bool cancelled = kept != nullptr && kept->contexts.cancel(tag);
  drop_if_empty(kept);
  return cancelled;
}

void SelectedMailbox::end_contexts_by_number(ResponseWriter writer) {
  if (kept != nullptr) kept->contexts.end_by_number(writer);
  drop_if_empty(kept);
}

Result<void> SelectedMailbox::tell_contexts(store::Store& store, const mail::MailboxView& newest,
                                            std::int64_t now, std::string& out) {
  if (contexts() == nullptr) return {};
  auto done = kept->contexts.tell_changed({store, mailbox.id, newest, recent}, *view, now, out);
  drop_if_empty(kept);
  return done;
}

void SelectedMailbox::sleep() {
  ROOST_CHECK(!has_ghosts && contexts() == nullptr);
  told = {view->modseq(), view->uid_next(), view->size(), recent_count()};
  view.reset();
}

bool SelectedMailbox::wake(const mail::ViewPtr& at_cursor) {
  if (at_cursor == nullptr || at_cursor->modseq() != told.modseq) return false;
  view = at_cursor;
  return true;
}

Result<mail::ViewPtr> SelectedMailbox::wake(store::Store& store) {
  auto newest = store.view(mailbox.id);
  if (!newest || !asleep() || wake(*newest)) return newest;
  const auto expunged = store.expunged_since(mailbox.id, told.modseq);
  if (!expunged) {
    if (expunged.error().code != ErrorCode::kNotFound) return fail(expunged.error());
    const auto again = store.view(mailbox.id);
    if (!again) return again;
    return fail(ErrorCode::kConflict, "more was expunged than the log of expunges holds");
  }
  view = mail::view_as_of(**newest, told.modseq, told.uid_next, *expunged);
  if (view->size() == told.messages) return newest;
  return fail(ErrorCode::kCorruption, "the log of expunges contradicts what was told");
}

void SelectedMailbox::claim_recent(store::Store& store) {
  if (!claims_recent()) return;
  const auto claimed = store.claim_recent(mailbox.id);
  if (claimed.first <= claimed.last) recent.add(mail::UidRange{claimed.first, claimed.last});
}

void SelectedMailbox::take_recent(store::Store& store, mail::UidRange arrived) {
  if (knows_recent && read_only()) {
    recent.add(arrived);
  } else {
    claim_recent(store);
  }
}

std::uint32_t SelectedMailbox::recent_count() const {
  std::uint32_t count = 0;
  for (const mail::UidRange& range : recent.ranges()) {
    count += view->lower_bound(range.last.next()).value - view->lower_bound(range.first).value;
  }
  return count;
}

}  // namespace roost::imap
