// STORE (RFC 3501 section 6.4.6, modifiers RFC 4466 section 2.5):
//   store = "STORE" SP sequence-set [SP "(" "UNCHANGEDSINCE" SP mod-sequence-valzer ")"] SP
//   ["+" / "-"] "FLAGS" [".SILENT"] SP (flag-list / (flag *(SP flag)))
// UID STORE (RFC 3501 section 6.4.8). The OK means that the flags are on disk. Without .SILENT a
// FETCH is sent for every message named, changed or not; with it, the mod-sequences are, if
// CONDSTORE is enabled (RFC 7162 section 3.1.3). UNCHANGEDSINCE is judged by the store, message by
// message, in the same step that changes the flags.
#include "base/ascii.h"
#include "imap/commands/commands.h"
#include "imap/commands/expunge_messages.h"
#include "imap/commands/message_set.h"
#include "imap/commands/own_flag_change.h"
#include "imap/updates.h"

namespace roost::imap {

namespace {

class Store final : public Command {
 public:
  Store(store::FlagUpdate update, Learns learns, Addressed addressed)
      : update_(std::move(update)), learns_(learns), addressed_(addressed) {}

  Result<Progress> run(Session& session) override {
    if (refuse_read_only(session)) return Progress::kDone;
    if (!changed_) {
      if (auto done = change(session); !done) return fail(std::move(done.error()));
      changed_ = true;
    }
    return tell_result(session);
  }

 private:
  Result<void> change(Session& session) {
    // What the client was told right before (imap/updates.h, wake) it may take for the outcome.
    if (!session.out.empty()) learns_ = Learns::kResult;
    if (update_.unchanged_since) {
      session.enable_condstore();
      update_.unchanged_since->known = session.selected().view;
    }
    auto done = change_own_flags(session, update_, learns_);
    if (!done) return fail(std::move(done.error()));
    modified_ = std::move(done->modified);
    if (learns_ == Learns::kResult || update_.unchanged_since) {
      to_tell_ = std::move(done->known);
    } else if (session.enabled().condstore) {
      to_tell_ = std::move(done->learned);
    }
    if (!modified_.empty()) {
      session.reply = {Condition::kOk, "MODIFIED " + set_of(session, modified_),
                       "Conditional STORE failed"};
    }
    // RFC 7162 section 3.1.3, example 11. A UID that does not exist is ignored without a word, and
    // .SILENT asks for none.
    const bool told = addressed_ == Addressed::kByNumber && learns_ == Learns::kResult;
    if (update_.unchanged_since && told && !done->gone.empty()) {
      session.reply.condition = Condition::kNo;
      session.reply.text = "Some of the messages no longer exist";
      if (modified_.empty()) session.reply.code = "EXPUNGEISSUED";
    }
    return {};
  }

  // As the command spoke of them: by number or by UID.
  [[nodiscard]] std::string set_of(Session& session, const mail::UidSet& uids) const {
    if (addressed_ == Addressed::kByUid) return uids.to_string();
    mail::UidSet numbers;  // a sequence-set, of message numbers
    session.selected().view->for_each_in(uids, mail::Uid(1),
                                         [&](mail::SeqNum seq, const mail::MessageEntry&) {
                                           numbers.add(mail::Uid(seq.value));
                                           return true;
                                         });
    return numbers.to_string();
  }

  Progress tell_result(Session& session) {
    const SelectedMailbox& selected = session.selected();
    const mail::MailboxView& view = *selected.view;
    Progress progress = Progress::kDone;
    view.for_each_in(to_tell_, next_, [&](mail::SeqNum seq, const mail::MessageEntry& entry) {
      if (session.output_full()) {
        progress = Progress::kMore;
        return false;
      }
      next_ = entry.uid.next();
      if (learns_ == Learns::kResult || modified_.contains(entry.uid)) {
        write_flags(session.write(), seq, entry, view.keywords(), selected.recent,
                    session.enabled());
      } else {
        write_modseq(session.write(), seq, entry, session.enabled());
      }
      return true;
    });
    return progress;
  }

  store::FlagUpdate update_;
  Learns learns_;
  Addressed addressed_;
  bool changed_ = false;
  mail::UidSet to_tell_;
  mail::UidSet modified_;
  mail::Uid next_{1};  // to be told of
};

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  using Op = store::FlagUpdate::Op;
  parser.space();
  store::FlagUpdate update{.uids = message_set(parser, session, addressed)};
  parser.modifiers([&](std::string_view name) {
    if (!equal_ignoring_case(name, "UNCHANGEDSINCE")) return false;
    parser.space();
    update.unchanged_since =
        store::FlagUpdate::UnchangedSince{parser.mod_sequence_valzer(), nullptr};
    return true;
  });
  parser.space();
  if (parser.try_char('+')) {
    update.op = Op::kAdd;
  } else if (parser.try_char('-')) {
    update.op = Op::kRemove;
  }
  const bool silent = parser.try_word("FLAGS.SILENT");
  if (!silent && !parser.try_word("FLAGS")) parser.fail("FLAGS, +FLAGS or -FLAGS");
  parser.space();
  update.flags = parser.store_flags();
  return std::make_unique<Store>(std::move(update), silent ? Learns::kWhatItAsked : Learns::kResult,
                                 addressed);
}

}  // namespace

Parsed parse_store(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_store(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
