// What a client is told of its selected mailbox without asking: EXPUNGE, EXISTS, RECENT, FLAGS,
// FETCH (RFC 3501 sections 5.2, 7.3 and 7.4), and what has become of its searches
// (imap/contexts.h). One function serves every command and IDLE: it writes the difference between
// the view the client has and a newer one, and moves the client's view.
//
// Order: new keywords, expunges, one EXISTS, then flags. Every FETCH carries the UID: a client that
// skips responses without one misses nothing (RFC 9051 section 6.3.13 makes it a rule). With
// CONDSTORE it carries MODSEQ, too, and with QRESYNC expunges are VANISHED (RFC 7162 sections 3.2.4
// and 3.2.10.2). With UIDONLY they are, too, and FETCH is UIDFETCH (RFC 9586 section 3.6).
#pragma once

#include <cstdint>
#include <string>

#include "imap/command.h"
#include "imap/enabled.h"
#include "imap/selected_mailbox.h"
#include "mail/mailbox_view.h"

namespace roost::imap {

class Session;

// What may be told at the end of a command: a column of the command table. EXPUNGE would renumber
// the messages a client is speaking of, so it is never told during FETCH, STORE and SEARCH by
// number (RFC 3501 section 7.4.1).
enum class Updates : std::uint8_t { kNone, kAllButExpunge, kAll };

// "* 3 FETCH (", or "* 7 UIDFETCH (" (RFC 9586 section 3.3).
void begin_fetch(ResponseWriter writer, mail::SeqNum seq, mail::Uid uid, Enabled enabled);

// "* 3 FETCH (UID 7 FLAGS (\Seen))", and MODSEQ if that is enabled. recent: the messages that are
// \Recent to the session.
void write_flags(ResponseWriter writer, mail::SeqNum seq, const mail::MessageEntry& entry,
                 const mail::KeywordTable& keywords, const mail::UidSet& recent, Enabled enabled);

// "* 3 FETCH (UID 7 MODSEQ (12))", for flags that the client knows.
void write_modseq(ResponseWriter writer, mail::SeqNum seq, const mail::MessageEntry& entry,
                  Enabled enabled);

// Requires: selected is awake. Brings the client to the view `to`, as far as allowed; of very many
// flag changes only the first, so that the output stays bounded: selected.pending() says that there
// is more. What is expunged leaves contexts, even where EXPUNGE has to wait. Claims \Recent for
// arrivals from the store (memory only: may be called on a loop).
void tell(store::Store& store, SelectedMailbox& selected, Enabled enabled, const mail::ViewPtr& to,
          Updates allowed, std::string& out);

// Tells a sleeping client of arrivals, without the view. False, and nothing done, if that is not
// all that is new to it. Claims \Recent as tell() does.
[[nodiscard]] bool tell_arrivals(store::Store& store, SelectedMailbox& selected,
                                 const store::Change& change, std::string& out);

// Telling the difference takes long enough to be no work for a loop.
[[nodiscard]] bool is_large(const mail::MailboxView& from, const mail::MailboxView& to);

// The same against the newest view in the store, awake or asleep, and what that does to contexts
// (imap/contexts.h). Worker. kNotFound: the mailbox was deleted.
[[nodiscard]] Result<void> tell_newest(Session& session, Updates allowed);

// Wakes the selected mailbox for a command that reads its view, and tells the client before that
// command what has happened meanwhile, but for expunges: the flags it last knew are not known any
// more, and what they are now must not be taken for what it knows. kMore: a part was told, call
// again once it is sent. Worker. Errors: SelectedMailbox::wake.
[[nodiscard]] Result<Progress> wake(Session& session);

// FLAGS and PERMANENTFLAGS (RFC 3501 sections 7.2.6 and 7.1).
void tell_keywords(SelectedMailbox& selected, const mail::KeywordTable& keywords, std::string& out);

// The responses that take a read-write client in step from one view to the next, formatted once for
// all that have as much enabled.
[[nodiscard]] std::string format_shared(const mail::MailboxView& from, const mail::MailboxView& to,
                                        Enabled enabled);

// Requires: selected is awake. Moves a client's view along with format_shared's octets, which the
// caller then sends, and behind them what is added to `out`. False, and nothing done, if these
// octets do not serve this client: it is not at `from`, has ghosts, or has messages that are
// \Recent to it alone.
[[nodiscard]] bool take_shared(store::Store& store, SelectedMailbox& selected,
                               const mail::ViewPtr& from, const mail::ViewPtr& to,
                               std::string& out);

}  // namespace roost::imap
