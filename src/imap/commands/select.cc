// SELECT (RFC 3501 section 6.3.1, parameters RFC 4466 section 2.3, MAILBOXID RFC 8474 section 4.2):
//   select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"]
//   select-param = "CONDSTORE" (RFC 7162 section 3.1.8) / "QRESYNC" SP "(" uidvalidity SP
//     mod-sequence-value [SP known-uids] [SP seq-match-data] ")" (section 3.2.5)
// EXAMINE (RFC 3501 section 6.3.2):  the same, read-only; it takes no message's \Recent away.
//
// To a client of IMAP4rev2 (RFC 9051 section 6.3.2) LIST is said, RECENT and UNSEEN are not;
// UNSEEN, a message number, is not to one of UIDONLY (RFC 9586 section 3) either. What
// was selected before is left even if the command fails. The watch is taken before the mailbox is
// read: from there on no change can be missed (push/hub.h), and IDLE has nothing left to set up. No
// message is read: the session begins asleep unless the view is in memory anyway, or QRESYNC asks
// what has changed. HIGHESTMODSEQ is told to all: every mailbox keeps its mod-sequences, so there
// is no NOMODSEQ (RFC 7162 section 3.1.2.2).
#include <limits>
#include <utility>

#include "base/ascii.h"
#include "imap/commands/commands.h"
#include "imap/commands/list_response.h"
#include "imap/commands/mailbox_argument.h"
#include "imap/commands/sequence_match.h"
#include "imap/commands/vanished_earlier.h"
#include "imap/updates.h"
#include "mail/object_id.h"

namespace roost::imap {

namespace {

struct SelectParameters {
  bool condstore = false;
  std::optional<QResync> qresync;
};

class Select final : public Command {
 public:
  Select(Access access, std::string mailbox, SelectParameters parameters)
      : access_(access), mailbox_(std::move(mailbox)), parameters_(std::move(parameters)) {}

  Result<Progress> run(Session& session) override {
    if (!std::exchange(opened_, true)) {
      const auto opened = open(session);
      if (!opened) return fail(opened.error());
      if (!*opened) return Progress::kDone;
      if (auto done = look_back(session); !done) {
        session.unselect();
        return fail(std::move(done.error()));
      }
    }
    return vanished_.write(session) ? tell_changed(session) : Progress::kMore;
  }

 private:
  // False: there is no such mailbox, and the reply says so.
  Result<bool> open(Session& session) {
    if (session.state() == State::kSelected) {
      session.unselect();
      session.write().untagged(Condition::kOk, "CLOSED", "What follows is of another mailbox");
    }
    if (parameters_.condstore) session.enable_condstore();
    auto mailbox = find_mailbox(session, mailbox_, MissingMailbox::kNonexistent);
    if (!mailbox) return false;

    SelectedMailbox selected{.mailbox = *std::move(mailbox), .access = access_};
    selected.knows_recent = !session.enabled().imap4rev2;
    selected.watch = session.watch(selected.mailbox.id);
    const auto opened = session.server.store.open_mailbox(
        selected.mailbox.id,
        selected.claims_recent() ? store::Store::Recent::kClaim : store::Store::Recent::kLeave);
    if (!opened) return fail(opened.error());
    selected.view = opened->view;
    selected.told = {opened->status.highest_modseq, opened->status.uid_next,
                     opened->status.messages, opened->status.recent};
    if (!opened->recent.empty() && selected.knows_recent) {
      selected.recent.add(mail::UidRange{opened->recent.first, opened->recent.last});
    }
    respond(session, selected, *opened);
    session.select(std::move(selected));
    return true;
  }

  // QRESYNC: finds what has changed since the client looked last. Another UIDVALIDITY: it must
  // begin anew, and nothing has.
  Result<void> look_back(Session& session) {
    SelectedMailbox& selected = session.selected();
    if (!parameters_.qresync ||
        parameters_.qresync->uid_validity != selected.mailbox.uid_validity) {
      return {};
    }
    if (selected.asleep()) {
      if (const auto newest = selected.wake(session.server.store); !newest) {
        return fail(newest.error());
      }
    }
    const QResync& qresync = *parameters_.qresync;
    const mail::MailboxView& view = *selected.view;
    constexpr mail::Uid kLast(std::numeric_limits<std::uint32_t>::max());
    const mail::UidSet known =
        qresync.known_uids.value_or(mail::UidSet(mail::UidRange{mail::Uid(1), kLast}));
    changed_ = mail::changed_since(view, known, qresync.modseq);
    const mail::Uid matched = last_match(view, qresync.known_sequence_set, qresync.known_uid_set);
    return vanished_.find(
        session, mail::intersection(known, mail::UidSet(mail::UidRange{matched.next(), kLast})),
        qresync.modseq);
  }

  Progress tell_changed(Session& session) {
    const SelectedMailbox& selected = session.selected();
    if (changed_.empty()) return Progress::kDone;
    const mail::MailboxView& view = *selected.view;
    Progress progress = Progress::kDone;
    view.for_each_in(changed_, next_, [&](mail::SeqNum seq, const mail::MessageEntry& entry) {
      if (session.output_full()) {
        progress = Progress::kMore;
        return false;
      }
      next_ = entry.uid.next();
      write_flags(session.write(), seq, entry, view.keywords(), selected.recent, session.enabled());
      return true;
    });
    return progress;
  }

  void respond(Session& session, SelectedMailbox& selected,
               const store::OpenedMailbox& opened) const {
    const store::MailboxStatus& status = opened.status;
    tell_keywords(selected, *opened.keywords, session.out);
    ResponseWriter writer = session.write();
    writer.exists(status.messages);
    tell_selected_name(session, selected.mailbox, mailbox_);
    if (selected.knows_recent) writer.recent(status.recent);
    const bool tells_unseen = !session.enabled().imap4rev2 && !session.enabled().uidonly;
    if (status.first_unseen != mail::SeqNum(0) && tells_unseen) {
      writer.untagged(Condition::kOk, "UNSEEN " + std::to_string(status.first_unseen.value),
                      "First unseen");
    }
    writer.untagged(Condition::kOk, "UIDVALIDITY " + std::to_string(status.uid_validity.value),
                    "UIDs valid");
    writer.untagged(Condition::kOk, "UIDNEXT " + std::to_string(status.uid_next.value),
                    "Predicted next UID");
    writer.highest_modseq(status.highest_modseq);
    writer.untagged(
        Condition::kOk,
        "MAILBOXID (" + mail::mailbox_id(selected.mailbox.id, status.uid_validity) + ")",
        "The mailbox, whatever its name");
    session.reply.code = selected.read_only() ? "READ-ONLY" : "READ-WRITE";
  }

  Access access_;
  std::string mailbox_;
  SelectParameters parameters_;
  bool opened_ = false;
  VanishedEarlier vanished_;
  mail::UidSet changed_;
  mail::Uid next_{1};  // of changed_, to be told of
};

Parsed parse(Parser& parser, const Session& session, Access access) {
  parser.space();
  std::string mailbox = parser.mailbox();
  SelectParameters parameters;
  parser.modifiers([&](std::string_view name) {
    if (equal_ignoring_case(name, "CONDSTORE")) return parameters.condstore = true;
    if (!equal_ignoring_case(name, "QRESYNC")) return false;
    if (!session.enabled().qresync) parser.fail("QRESYNC to be enabled first");
    parser.space();
    parameters.qresync = parser.qresync();
    return true;
  });
  return std::make_unique<Select>(access, std::move(mailbox), std::move(parameters));
}

}  // namespace

Parsed parse_select(Parser& parser, const Session& session) {
  return parse(parser, session, Access::kReadWrite);
}

Parsed parse_examine(Parser& parser, const Session& session) {
  return parse(parser, session, Access::kReadOnly);
}

}  // namespace roost::imap
