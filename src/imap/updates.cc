#include "imap/updates.h"

#include <ranges>

#include "imap/protocol/response_writer.h"
#include "imap/session.h"

namespace roost::imap {

namespace {

void write_keywords(const mail::KeywordTable& keywords, Access access, ResponseWriter writer) {
  const std::string all = [&] {
    std::string names = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
    for (const std::string& name : keywords.names()) names += " " + name;
    return names;
  }();
  writer.raw("* FLAGS (").raw(all).raw(")\r\n");
  const bool writable = access == Access::kReadWrite;
  writer.untagged(Condition::kOk, "PERMANENTFLAGS (" + (writable ? all + " \\*" : "") + ")",
                  writable ? "Flags and keywords are kept" : "The mailbox is read-only");
}

// Everything but \Recent, which is per session and handed in.
void write_difference(const mail::MailboxView& to, const mail::ViewDiff& difference,
                      const mail::UidSet& recent, std::string& out) {
  ResponseWriter writer(out);
  // From the highest number down, so that none shifts another.
  for (const mail::SeqNum seq : difference.expunged | std::views::reverse) writer.expunge(seq);
  if (difference.arrived > 0) writer.exists(to.size());
  for (const mail::SeqNum seq : difference.changed) {
    const mail::MessageEntry& entry = to.at(seq);
    writer.raw("* ").number(seq.value).raw(" FETCH (UID ").number(entry.uid.value).raw(" FLAGS ");
    writer.flags(
        to.keywords(), entry.flags,
        recent.contains(entry.uid) ? ResponseWriter::Recent::kYes : ResponseWriter::Recent::kNo);
    writer.raw(")\r\n");
  }
}

// RECENT is told when arrivals changed it. Some of them may be this session's already: it claims
// whatever nobody has, and that may be more than it has been told of.
void tell_arrivals(store::Store& store, SelectedMailbox& selected, mail::ViewPtr to,
                   std::string& out) {
  const std::uint32_t before = selected.recent_count();
  selected.view = std::move(to);
  selected.claim_recent(store);
  if (const std::uint32_t now = selected.recent_count(); now > before) {
    ResponseWriter(out).recent(now);
  }
}

}  // namespace

void tell_keywords(SelectedMailbox& selected, const mail::KeywordTable& keywords,
                   std::string& out) {
  selected.keywords_told = keywords.names().size();
  write_keywords(keywords, selected.access, ResponseWriter(out));
}

void tell(store::Store& store, SelectedMailbox& selected, const mail::ViewPtr& to, Updates allowed,
          std::string& out) {
  if (allowed == Updates::kNone) return;
  if (to->keywords().names().size() > selected.keywords_told) {
    tell_keywords(selected, to->keywords(), out);
  }
  const mail::ViewPtr target = allowed == Updates::kAll ? to : mail::with_ghosts(selected.view, to);
  const mail::ViewDiff difference = mail::diff(*selected.view, *target);
  write_difference(*target, difference, selected.recent, out);
  selected.has_ghosts = target->size() > to->size();
  if (difference.arrived > 0) {
    tell_arrivals(store, selected, target, out);
  } else {
    selected.view = target;
  }
}

Result<void> tell_newest(Session& session, Updates allowed) {
  SelectedMailbox& selected = session.selected();
  if (allowed == Updates::kNone || !selected.pending()) return {};
  auto newest = session.server.store.view(selected.mailbox.id);
  if (!newest) return fail(std::move(newest.error()));
  tell(session.server.store, selected, *newest, allowed, session.out);
  return {};
}

std::string format_shared(const mail::MailboxView& from, const mail::MailboxView& to) {
  std::string out;
  if (to.keywords().names().size() > from.keywords().names().size()) {
    write_keywords(to.keywords(), Access::kReadWrite, ResponseWriter(out));
  }
  write_difference(to, mail::diff(from, to), mail::UidSet(), out);
  return out;
}

bool take_shared(store::Store& store, SelectedMailbox& selected, const mail::ViewPtr& from,
                 const mail::ViewPtr& to, std::string& out) {
  const bool keywords_grow = to->keywords().names().size() > selected.keywords_told;
  if (selected.has_ghosts || selected.view->modseq() != from->modseq() ||
      !selected.recent.empty() || (keywords_grow && selected.read_only())) {
    return false;
  }
  selected.keywords_told = to->keywords().names().size();
  if (to->last_uid() > selected.view->last_uid()) {
    tell_arrivals(store, selected, to, out);
  } else {
    selected.view = to;
  }
  return true;
}

}  // namespace roost::imap
