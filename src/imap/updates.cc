#include "imap/updates.h"

#include <algorithm>
#include <ranges>

#include "imap/protocol/response_writer.h"
#include "imap/session.h"

namespace roost::imap {

namespace {

// A loop compares no more than this; a worker does the rest.
constexpr std::size_t kChunksOnLoop = 16;
// Some 200 KiB of FETCH responses.
constexpr std::size_t kFlagsAtOnce = 4096;

void write_keywords(const mail::KeywordTable& keywords, Access access, ResponseWriter writer) {
  const std::string all = [&] {
    std::string names = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
    for (const std::string& name : keywords.names()) names += " " + name;
    return names;
  }();
  writer.raw("* FLAGS (").raw(all).raw(")\r\n");
  const bool writable = access == Access::kReadWrite;
  const bool takes_more = keywords.names().size() < mail::kMaxKeywords;
  writer.untagged(Condition::kOk,
                  "PERMANENTFLAGS (" + (writable ? all + (takes_more ? " \\*" : "") : "") + ")",
                  writable ? "Flags and keywords are kept" : "The mailbox is read-only");
}

// A response that nobody asked for has the UID in it, unless it begins with it.
void begin_with_uid(ResponseWriter writer, mail::SeqNum seq, mail::Uid uid, Enabled enabled) {
  begin_fetch(writer, seq, uid, enabled);
  if (!enabled.uidonly) writer.raw("UID ").number(uid.value).raw(" ");
}

void write_expunged(const mail::ViewDiff& difference, Enabled enabled, ResponseWriter writer) {
  if (!enabled.vanished()) {
    // From the highest number down, so that none shifts another.
    for (const mail::SeqNum seq : difference.expunged | std::views::reverse) writer.expunge(seq);
  } else if (!difference.expunged.empty()) {
    mail::UidSet uids;
    for (const mail::Uid uid : difference.expunged_uids) uids.add(uid);
    writer.vanished(uids);
  }
}

// Everything but \Recent, which is per session and handed in.
void write_difference(const mail::MailboxView& to, const mail::ViewDiff& difference,
                      const mail::UidSet& recent, Enabled enabled, std::string& out) {
  ResponseWriter writer(out);
  write_expunged(difference, enabled, writer);
  if (difference.arrived > 0) writer.exists(to.size());
  for (const mail::SeqNum seq : difference.changed) {
    write_flags(writer, seq, to.at(seq), to.keywords(), recent, enabled);
  }
}

// RECENT is told when arrivals changed it. Some of them may be this session's already: it claims
// whatever nobody has, and that may be more than it has been told of.
void take_arrivals(store::Store& store, SelectedMailbox& selected, mail::ViewPtr to,
                   std::string& out) {
  const std::uint32_t before = selected.recent_count();
  const mail::Uid known = selected.view->last_uid();
  selected.view = std::move(to);
  selected.take_recent(store, mail::UidRange{known.next(), selected.view->last_uid()});
  if (const std::uint32_t now = selected.recent_count(); now > before) {
    ResponseWriter(out).recent(now);
  }
}

// The first of very many flag changes, in the numbers the client has now. The view's mod-sequence
// stays behind, so the rest is still pending.
void tell_some_flags(SelectedMailbox& selected, Enabled enabled, const mail::MailboxView& to,
                     const mail::ViewDiff& difference, std::string& out) {
  std::vector<mail::MessageEntry> told;
  for (std::size_t i = 0; i < kFlagsAtOnce; ++i) {
    const mail::MessageEntry& entry = to.at(difference.changed[i]);
    const auto seq = selected.view->find(entry.uid);
    write_flags(ResponseWriter(out), *seq, entry, to.keywords(), selected.recent, enabled);
    told.push_back(entry);
  }
  mail::MailboxView::Header header = selected.view->header();
  header.keywords = to.header().keywords;
  selected.view = selected.view->next(std::move(header), told, {}, {});
}

}  // namespace

void begin_fetch(ResponseWriter writer, mail::SeqNum seq, mail::Uid uid, Enabled enabled) {
  if (enabled.uidonly) {
    writer.raw("* ").number(uid.value).raw(" UIDFETCH (");
  } else {
    writer.raw("* ").number(seq.value).raw(" FETCH (");
  }
}

void write_flags(ResponseWriter writer, mail::SeqNum seq, const mail::MessageEntry& entry,
                 const mail::KeywordTable& keywords, const mail::UidSet& recent, Enabled enabled) {
  begin_with_uid(writer, seq, entry.uid, enabled);
  writer.raw("FLAGS ").flags(
      keywords, entry.flags,
      recent.contains(entry.uid) ? ResponseWriter::Recent::kYes : ResponseWriter::Recent::kNo);
  if (enabled.condstore) writer.raw(" MODSEQ (").number(entry.modseq.value).raw(")");
  writer.raw(")\r\n");
}

void write_modseq(ResponseWriter writer, mail::SeqNum seq, const mail::MessageEntry& entry,
                  Enabled enabled) {
  begin_with_uid(writer, seq, entry.uid, enabled);
  writer.raw("MODSEQ (").number(entry.modseq.value).raw("))\r\n");
}

bool is_large(const mail::MailboxView& from, const mail::MailboxView& to) {
  const auto a = from.chunks();
  const auto b = to.chunks();
  std::size_t different = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) different += a[i] != b[i] ? 1 : 0;
  return different > kChunksOnLoop;
}

void tell_keywords(SelectedMailbox& selected, const mail::KeywordTable& keywords,
                   std::string& out) {
  selected.keywords_told = static_cast<std::uint32_t>(keywords.names().size());
  write_keywords(keywords, selected.access, ResponseWriter(out));
}

void tell(store::Store& store, SelectedMailbox& selected, Enabled enabled, const mail::ViewPtr& to,
          Updates allowed, std::string& out) {
  if (allowed == Updates::kNone) return;
  if (to->keywords().names().size() > selected.keywords_told) {
    tell_keywords(selected, to->keywords(), out);
  }
  mail::ViewPtr target = to;
  mail::ViewDiff difference = mail::diff(*selected.view, *to);
  if (Contexts* const contexts = selected.contexts(); contexts != nullptr) {
    contexts->tell_expunged(difference.expunged_uids, *selected.view, out);
  }
  if (allowed != Updates::kAll && !difference.expunged.empty()) {
    target = mail::with_ghosts(selected.view, to);
    difference = mail::diff(*selected.view, *target);
  }
  if (difference.changed.size() > kFlagsAtOnce)
    return tell_some_flags(selected, enabled, *target, difference, out);
  write_difference(*target, difference, selected.recent, enabled, out);
  const bool had_ghosts = selected.has_ghosts;
  selected.has_ghosts = target->size() > to->size();
  if (selected.has_ghosts && !had_ghosts) selected.told.modseq = selected.view->modseq();
  if (difference.arrived > 0) {
    take_arrivals(store, selected, target, out);
  } else {
    selected.view = target;
  }
  // It had to keep a lower one while expunges were held back.
  if (had_ghosts && !selected.has_ghosts && enabled.condstore) {
    ResponseWriter(out).highest_modseq(selected.highest_modseq());
  }
}

bool tell_arrivals(store::Store& store, SelectedMailbox& selected, const store::Change& change,
                   std::string& out) {
  const auto& arrivals = change.arrivals;
  if (!selected.asleep() || !arrivals || selected.told.modseq != arrivals->since) return false;
  const mail::UidRange arrived{selected.told.uid_next, arrivals->uid_next.prev()};
  selected.told.modseq = change.modseq;
  selected.told.uid_next = arrivals->uid_next;
  selected.told.messages = arrivals->messages;
  ResponseWriter(out).exists(arrivals->messages);
  selected.take_recent(store, arrived);
  if (const std::uint32_t recent = selected.recent.count_in(arrived); recent > 0) {
    selected.told.recent += recent;
    ResponseWriter(out).recent(selected.told.recent);
  }
  return true;
}

Result<void> tell_newest(Session& session, Updates allowed) {
  SelectedMailbox& selected = session.selected();
  const bool news = selected.pending() || selected.cursor() < session.own_change;
  if (allowed == Updates::kNone || !news) return {};
  const auto newest = selected.wake(session.server.store);
  if (!newest) return fail(newest.error());
  tell(session.server.store, selected, session.enabled(), *newest, allowed, session.out);
  if (selected.cursor() < (*newest)->modseq()) return {};
  return selected.tell_contexts(session.server.store, **newest, session.server.clock.unix_seconds(),
                                session.out);
}

Result<Progress> wake(Session& session) {
  SelectedMailbox& selected = session.selected();
  const auto newest = selected.wake(session.server.store);
  if (!newest) return fail(newest.error());
  // Whatever the watch says: a change can be read before it is announced.
  const mail::ModSeq target = (*newest)->modseq();
  if (selected.cursor() < target) {
    tell(session.server.store, selected, session.enabled(), *newest, Updates::kAllButExpunge,
         session.out);
  }
  return selected.cursor() < target ? Progress::kMore : Progress::kDone;
}

std::string format_shared(const mail::MailboxView& from, const mail::MailboxView& to,
                          Enabled enabled) {
  std::string out;
  if (to.keywords().names().size() > from.keywords().names().size()) {
    write_keywords(to.keywords(), Access::kReadWrite, ResponseWriter(out));
  }
  write_difference(to, mail::diff(from, to), mail::UidSet(), enabled, out);
  return out;
}

bool take_shared(store::Store& store, SelectedMailbox& selected, const mail::ViewPtr& from,
                 const mail::ViewPtr& to, std::string& out) {
  const bool keywords_grow = to->keywords().names().size() > selected.keywords_told;
  if (selected.has_ghosts || selected.view->modseq() != from->modseq() ||
      selected.keywords_told != from->keywords().names().size() || !selected.recent.empty() ||
      (keywords_grow && selected.read_only())) {
    return false;
  }
  selected.keywords_told = static_cast<std::uint32_t>(to->keywords().names().size());
  if (to->last_uid() > selected.view->last_uid()) {
    take_arrivals(store, selected, to, out);
  } else {
    selected.view = to;
  }
  return true;
}

}  // namespace roost::imap
