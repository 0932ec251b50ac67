#include "imap/commands/own_flag_change.h"

#include "imap/updates.h"
#include "store/apply.h"

namespace roost::imap {

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
  selected.view->for_each_in(
      update.uids, mail::Uid(1), [&](mail::SeqNum, const mail::MessageEntry& known) {
        const auto seq = now.find(known.uid);
        if (!seq || now.at(*seq) == known) return true;
        const mail::MessageEntry& entry = now.at(*seq);
        const bool as_asked = store::combine(known.flags, update.op, operand) == entry.flags;
        if (learns == Learns::kResult || as_asked) learned.push_back(entry);
        return true;
      });
  mail::MailboxView::Header header = selected.view->header();
  header.keywords = now.header().keywords;
  selected.view = selected.view->next(std::move(header), learned, {}, {});
  return {};
}

}  // namespace roost::imap
