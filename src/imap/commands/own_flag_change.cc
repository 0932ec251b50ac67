#include "imap/commands/own_flag_change.h"

#include "imap/updates.h"
#include "store/apply.h"

namespace roost::imap {

Result<OwnFlagChange> change_own_flags(Session& session, const store::FlagUpdate& update,
                                       Learns learns) {
  SelectedMailbox& selected = session.selected();
  auto committed = session.server.store.commit(
      {.mailbox = selected.mailbox.id, .account = session.account().id, .flags = {update}});
  if (!committed) return fail(std::move(committed.error()));
  session.own_change = committed->modseq;
  const auto newest = session.server.store.view(selected.mailbox.id);
  if (!newest) return fail(newest.error());
  const mail::MailboxView& now = **newest;
  if (now.keywords().names().size() > selected.keywords_told) {
    tell_keywords(selected, now.keywords(), session.out);
  }

  const mail::Flags operand = now.keywords().known(update.flags);
  OwnFlagChange change{.modified = std::move(committed->modified)};
  std::vector<mail::MessageEntry> learned;
  const auto compare = [&](mail::SeqNum, const mail::MessageEntry& known) {
    const auto seq = now.find(known.uid);
    if (!seq) {
      change.gone.add(known.uid);
      return true;
    }
    const mail::MessageEntry& entry = now.at(*seq);
    const bool as_asked = store::combine(known.flags, update.op, operand) == entry.flags;
    if (entry == known) {
      change.known.add(known.uid);
    } else if (learns == Learns::kResult || as_asked || change.modified.contains(known.uid)) {
      change.known.add(known.uid);
      change.learned.add(known.uid);
      learned.push_back(entry);
    }
    return true;
  };
  selected.view->for_each_in(update.uids, mail::Uid(1), compare);
  mail::MailboxView::Header header = selected.view->header();
  header.keywords = now.header().keywords;
  selected.view = selected.view->next(std::move(header), learned, {}, {});
  return change;
}

}  // namespace roost::imap
