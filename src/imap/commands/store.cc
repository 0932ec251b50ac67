// STORE (RFC 3501 section 6.4.6):
//   store = "STORE" SP sequence-set SP ["+" / "-"] "FLAGS" [".SILENT"] SP (flag-list / (flag *(SP
//   flag)))
// UID STORE (section 6.4.8). The OK means that the flags are on disk. Without .SILENT a FETCH is
// sent for every message named, changed or not.
#include "imap/commands/commands.h"
#include "imap/commands/expunge_messages.h"
#include "imap/commands/message_set.h"
#include "imap/commands/own_flag_change.h"
#include "imap/updates.h"

namespace roost::imap {

namespace {

class Store final : public Command {
 public:
  Store(store::FlagUpdate update, Learns learns) : update_(std::move(update)), learns_(learns) {}

  Result<Progress> run(Session& session) override {
    if (refuse_read_only(session)) return Progress::kDone;
    if (!changed_) {
      if (auto done = change_own_flags(session, update_, learns_); !done) {
        return fail(std::move(done.error()));
      }
      changed_ = true;
    }
    return learns_ == Learns::kResult ? tell_result(session) : Progress::kDone;
  }

 private:
  Progress tell_result(Session& session) {
    const SelectedMailbox& selected = session.selected();
    const mail::MailboxView& view = *selected.view;
    Progress progress = Progress::kDone;
    view.for_each_in(update_.uids, next_, [&](mail::SeqNum seq, const mail::MessageEntry& entry) {
      if (session.output_full()) {
        progress = Progress::kMore;
        return false;
      }
      next_ = entry.uid.next();
      if (!entry.known()) return true;
      write_flags(session.write(), seq, entry, view.keywords(), selected.recent);
      return true;
    });
    return progress;
  }

  store::FlagUpdate update_;
  Learns learns_;
  bool changed_ = false;
  mail::Uid next_{1};  // to be told of
};

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  using Op = store::FlagUpdate::Op;
  parser.space();
  store::FlagUpdate update{.uids = message_set(parser, session, addressed)};
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
  return std::make_unique<Store>(std::move(update),
                                 silent ? Learns::kWhatItAsked : Learns::kResult);
}

}  // namespace

Parsed parse_store(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_store(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
