#include "imap/commands/own_flag_change.h"

#include "imap/updates.h"

namespace roost::imap {

namespace {

mail::Flags apply(mail::Flags before, mail::Flags operand, store::FlagUpdate::Op op) {
  switch (op) {
    case store::FlagUpdate::Op::kReplace:
      return operand;
    case store::FlagUpdate::Op::kAdd:
      return {static_cast<std::uint8_t>(before.system | operand.system),
              before.keywords | operand.keywords};
    case store::FlagUpdate::Op::kRemove:
      return {static_cast<std::uint8_t>(before.system & ~operand.system),
              before.keywords & ~operand.keywords};
  }
  return before;
}

// Calls visit(entry in the client's view, entry in `now`) for the messages of uids in both.
template <typename Visit>
void for_each_in_both(const mail::MailboxView& known, const mail::MailboxView& now,
                      const mail::UidSet& uids, Visit&& visit) {
  for (const mail::UidRange& range : uids.ranges()) {
    known.for_each(known.lower_bound(range.first), mail::SeqNum(known.size()),
                   [&](mail::SeqNum, const mail::MessageEntry& entry) {
                     if (entry.uid > range.last) return false;
                     if (const auto seq = now.find(entry.uid)) visit(entry, now.at(*seq));
                     return true;
                   });
  }
}

}  // namespace

Result<void> change_own_flags(Session& session, const store::FlagUpdate& update, Learns learns) {
  SelectedMailbox& selected = session.selected();
  auto committed = session.server.store.commit({.mailbox = selected.mailbox.id, .flags = {update}});
  if (!committed) return fail(std::move(committed.error()));
  const auto newest = session.server.store.view(selected.mailbox.id);
  if (!newest) return fail(newest.error());
  const mail::MailboxView& now = **newest;
  if (now.keywords().names().size() > selected.keywords_told) {
    tell_keywords(selected, now.keywords(), session.out);
  }

  const mail::Flags operand = now.keywords().known(update.flags);
  std::vector<mail::MessageEntry> learned;
  for_each_in_both(*selected.view, now, update.uids,
                   [&](const mail::MessageEntry& known, const mail::MessageEntry& entry) {
                     if (known == entry) return;
                     const bool as_asked = apply(known.flags, operand, update.op) == entry.flags;
                     if (learns == Learns::kResult || as_asked) learned.push_back(entry);
                   });
  mail::MailboxView::Header header = selected.view->header();
  header.keywords = now.header().keywords;
  selected.view = selected.view->next(std::move(header), learned, {}, {});
  return {};
}

}  // namespace roost::imap
