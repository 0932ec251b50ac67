// FETCH (RFC 3501 section 6.4.5, modifiers RFC 4466 section 2.4):  fetch = "FETCH" SP sequence-set
//   SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
//   [SP "(" fetch-modifier *(SP fetch-modifier) ")"];  UID FETCH (RFC 3501 section 6.4.8).
//   fetch-modifier = "CHANGEDSINCE" SP mod-sequence-value (RFC 7162 section 3.1.4.1); of UID FETCH
//   also "VANISHED" (section 3.2.6) and "PARTIAL" SP partial-range (RFC 9394 section 3.3)
// To a client of UIDONLY the response is UIDFETCH (RFC 9586 section 3.3).
// BINARY: RFC 3516 section 4.2. EMAILID, THREADID: RFC 8474 section 5.3. SAVEDATE: RFC 8514 section
// 4.2. PREVIEW: RFC 8970 section 3.
//
// Output is bounded: the command stops at the high-water mark, in the middle of a literal if need
// be, and goes on when the socket has drained (FetchWriter keeps the place). A section without PEEK
// sets
// \Seen, once and for all messages before the first is sent, and the new flags are told with each.
#include <algorithm>
#include <deque>
#include <utility>

#include "base/ascii.h"
#include "imap/commands/commands.h"
#include "imap/commands/fetch_writer.h"
#include "imap/commands/message_set.h"
#include "imap/commands/own_flag_change.h"
#include "imap/commands/vanished_earlier.h"

namespace roost::imap {

namespace {

constexpr std::size_t kDigestsAtOnce = 128;

bool needs_digest(const FetchAtt& att) {
  return att.kind != FetchAtt::Kind::kUid && att.kind != FetchAtt::Kind::kFlags &&
         att.kind != FetchAtt::Kind::kModSeq;
}

bool has(const std::vector<FetchAtt>& atts, FetchAtt::Kind kind) {
  return std::ranges::find(atts, kind, &FetchAtt::kind) != atts.end();
}

// RFC 4466 section 2.4. PARTIAL chooses before CHANGEDSINCE does (RFC 9394 section 3.4).
struct FetchModifiers {
  std::optional<mail::ModSeq> changed_since;
  std::optional<mail::UidSet> vanished;  // of which messages the client asks
  std::optional<PartialRange> partial;
};

bool sets_seen(const FetchAtt& att) {
  switch (att.kind) {
    case FetchAtt::Kind::kSection:
    case FetchAtt::Kind::kRfc822:
    case FetchAtt::Kind::kRfc822Text:
    case FetchAtt::Kind::kBinary:
      return !att.peek;
    default:
      return false;
  }
}

// Those messages of uids that stand in these places among those that exist.
mail::UidSet part_of(const mail::UidSet& uids, const PartialRange& partial,
                     const mail::MailboxView& view) {
  std::size_t count = 0;
  view.for_each_in(uids, mail::Uid(1), [&](mail::SeqNum, const mail::MessageEntry&) {
    ++count;
    return true;
  });
  const auto [begin, end] = partial.of(count);
  mail::UidSet part;
  std::size_t place = 0;
  view.for_each_in(uids, mail::Uid(1), [&](mail::SeqNum, const mail::MessageEntry& entry) {
    if (place >= begin && place < end) part.add(entry.uid);
    return ++place < end;
  });
  return part;
}

class Fetch final : public Command {
 public:
  Fetch(Addressed addressed, mail::UidSet uids, std::vector<FetchAtt> atts,
        FetchModifiers modifiers)
      : addressed_(addressed),
        uids_(std::move(uids)),
        modifiers_(std::move(modifiers)),
        asks_modseq_(has(atts, FetchAtt::Kind::kModSeq)),
        needs_digest_(std::ranges::any_of(atts, needs_digest)),
        sets_seen_(std::ranges::any_of(atts, sets_seen)),
        writer_(std::move(atts)) {}

  Result<Progress> run(Session& session) override {
    writer_.begin_run();
    if (asks_modseq_) session.enable_condstore();
    if (modifiers_.partial) {
      uids_ = part_of(uids_, *modifiers_.partial, *session.selected().view);
      modifiers_.partial.reset();
    }
    if (modifiers_.changed_since) {
      if (auto done = choose_changed(session); !done) return fail(std::move(done.error()));
    }
    if (!vanished_.write(session)) return Progress::kMore;
    if (sets_seen_) {
      if (auto set = set_seen(session); !set) return fail(std::move(set.error()));
    }
    while (true) {
      while (!ready_.empty()) {
        const auto written = writer_.write(session, ready_.front());
        if (!written) return fail(written.error());
        if (*written == FetchWriter::Written::kPart) return Progress::kMore;
        missing_ = missing_ || *written == FetchWriter::Written::kGone;
        undecoded_ = undecoded_ || *written == FetchWriter::Written::kUnknownEncoding;
        ready_.pop_front();
        if (session.output_full() || (needs_digest_ && writer_.run_is_over())) {
          return Progress::kMore;
        }
      }
      auto more = needs_digest_ ? gather_with_digests(session) : gather(session);
      if (!more) return fail(std::move(more.error()));
      if (!*more) break;
    }
    if (undecoded_) {
      session.reply = {Condition::kNo, "UNKNOWN-CTE", "Some parts have an unknown encoding"};
      return Progress::kDone;
    }
    // A UID that does not exist is ignored without a word (section 6.4.8).
    if (missing_ && addressed_ == Addressed::kByNumber) {
      session.reply = {Condition::kNo, "EXPUNGEISSUED", "Some of the messages no longer exist"};
    }
    return Progress::kDone;
  }

 private:
  // Of the messages named, those that have changed; O(what has changed).
  Result<void> choose_changed(Session& session) {
    const mail::ModSeq since = *std::exchange(modifiers_.changed_since, std::nullopt);
    uids_ = mail::changed_since(*session.selected().view, uids_, since);
    if (!modifiers_.vanished) return {};
    return vanished_.find(session, *modifiers_.vanished, since);
  }

  // Commits \Seen for those that lack it; the client is told with their FETCH.
  Result<void> set_seen(Session& session) {
    sets_seen_ = false;
    if (session.selected().read_only()) return {};
    store::FlagUpdate update{.op = store::FlagUpdate::Op::kAdd};
    update.flags.add(mail::SystemFlag::kSeen);
    session.selected().view->for_each_in(uids_, mail::Uid(1),
                                         [&](mail::SeqNum, const mail::MessageEntry& entry) {
                                           if (!entry.flags.has(mail::SystemFlag::kSeen))
                                             update.uids.add(entry.uid);
                                           return true;
                                         });
    if (update.uids.empty()) return {};
    const auto done = change_own_flags(session, update, Learns::kResult);
    if (done) writer_.tell_flags_of(std::move(update.uids));
    // A disk that takes no more is no reason not to read.
    if (!done && done.error().code != ErrorCode::kUnavailable) return fail(done.error());
    return {};
  }

  // Makes the next messages ready; false: there are none left.
  Result<bool> gather(Session& session) {
    session.selected().view->for_each_in(uids_, next_,
                                         [&](mail::SeqNum seq, const mail::MessageEntry& entry) {
                                           next_ = entry.uid.next();
                                           if (asks_modseq_ && !entry.known()) {
                                             missing_ = true;
                                             return true;
                                           }
                                           ready_.push_back({seq, entry, {}});
                                           return ready_.size() < kDigestsAtOnce;
                                         });
    return !ready_.empty();
  }

  Result<bool> gather_with_digests(Session& session) {
    const auto wanted = gather(session);
    if (!wanted || !*wanted) return wanted;
    mail::UidSet uids;
    for (const FetchedMessage& message : ready_) uids.add(message.entry.uid);
    auto at = ready_.begin();
    auto done = session.server.store.digests(session.selected().mailbox.id, uids,
                                             [&](mail::Uid uid, const mail::Digest& digest) {
                                               while (at->entry.uid != uid) ++at;
                                               at->digest = digest;
                                               return true;
                                             });
    if (!done) return fail(std::move(done.error()));
    // Expunged by another session, and not yet told (RFC 2180 section 4.1).
    const auto gone = std::erase_if(
        ready_, [](const FetchedMessage& message) { return !message.digest.has_value(); });
    missing_ = missing_ || gone > 0;
    return true;
  }

  Addressed addressed_;
  mail::UidSet uids_;
  FetchModifiers modifiers_;
  bool asks_modseq_;
  bool needs_digest_;
  bool sets_seen_;
  bool missing_ = false;
  bool undecoded_ = false;
  mail::Uid next_{1};  // to be gathered
  std::deque<FetchedMessage> ready_;
  VanishedEarlier vanished_;
  FetchWriter writer_;
};

FetchModifiers fetch_modifiers(Parser& parser, const Session& session, Addressed addressed) {
  FetchModifiers modifiers;
  parser.modifiers([&](std::string_view name) {
    if (equal_ignoring_case(name, "CHANGEDSINCE")) {
      parser.space();
      modifiers.changed_since = parser.mod_sequence_value();
      return true;
    }
    if (addressed == Addressed::kByNumber) return false;
    if (equal_ignoring_case(name, "PARTIAL")) {
      parser.space();
      modifiers.partial = parser.partial_range();
      return true;
    }
    if (!equal_ignoring_case(name, "VANISHED")) return false;
    modifiers.vanished.emplace();
    return true;
  });
  if (modifiers.vanished && !modifiers.changed_since) parser.fail("CHANGEDSINCE with VANISHED");
  if (modifiers.vanished && !session.enabled().qresync) parser.fail("QRESYNC to be enabled first");
  return modifiers;
}

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  using Kind = FetchAtt::Kind;
  parser.space();
  const SequenceSet set = parser.sequence_set();
  mail::UidSet uids = message_set(parser, set, session, addressed);
  parser.space();
  std::vector<FetchAtt> atts = parser.fetch_atts();
  FetchModifiers modifiers = fetch_modifiers(parser, session, addressed);
  // UID FETCH always answers with the UID (section 6.4.8); a UIDFETCH begins with it.
  if (addressed == Addressed::kByUid && !session.enabled().uidonly && !has(atts, Kind::kUid)) {
    atts.insert(atts.begin(), FetchAtt{.kind = Kind::kUid});
  }
  if (modifiers.changed_since && !has(atts, Kind::kModSeq)) {
    atts.push_back(FetchAtt{.kind = Kind::kModSeq});
  }
  // Of messages that are gone "*" is the last UID there has been.
  if (modifiers.vanished) modifiers.vanished = set.uids(session.selected().view->uid_next().prev());
  return std::make_unique<Fetch>(addressed, std::move(uids), std::move(atts), std::move(modifiers));
}

}  // namespace

Parsed parse_fetch(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_fetch(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
