// SelectedMailbox: the mailbox a session has selected, and what its client knows of it.
//
// What the client knows moves only in imap/updates.cc, in the code that writes the responses that
// move it. A session that waits in IDLE keeps no view, unless it has contexts, and one that has
// just selected a mailbox that was not in memory has none yet: a view may be as large as its
// mailbox, and a few numbers are enough to make it anew. Owner: the session. Thread: whoever holds
// the session's baton.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "imap/contexts.h"
#include "imap/protocol/response_writer.h"
#include "mail/mailbox_view.h"
#include "mail/uid_set.h"
#include "push/watch.h"
#include "store/store.h"

namespace roost::imap {

enum class Access : std::uint8_t { kReadOnly, kReadWrite };  // EXAMINE, SELECT

// What searches have left to their session.
struct KeptResults {
  // "$", the saved result of the last search that was told to (RFC 5182 section 2.1). A UID that is
  // expunged is in no view, so it need not be taken out.
  mail::UidSet saved;
  Contexts contexts;

  [[nodiscard]] bool empty() const { return saved.empty() && contexts.empty(); }
};

struct SelectedMailbox {
  store::Mailbox mailbox;
  push::Watch watch;
  mail::ViewPtr view;   // what the client has been told; may hold ghosts; null: asleep
  mail::UidSet recent;  // the \Recent messages that are this session's
  std::unique_ptr<KeptResults> kept;  // of searches; null: nothing, as for most
  std::uint32_t keywords_told = 0;    // keywords named in the last FLAGS response
  Access access = Access::kReadWrite;
  bool knows_recent = true;  // RFC 9051 has no \Recent
  bool has_ghosts = false;   // messages are expunged that the client has not been told of
  struct Told {
    mail::ModSeq modseq;
    mail::Uid uid_next;
    std::uint32_t messages = 0;
    std::uint32_t recent = 0;
  } told;  // when asleep: of the view there would be; with ghosts: of the last view without

  [[nodiscard]] const mail::UidSet& saved_result() const {
    static const mail::UidSet kEmpty;
    return kept != nullptr ? kept->saved : kEmpty;
  }
  void save_result(mail::UidSet uids);

  // Null: there are none. A mailbox with contexts does not sleep: they are told from view to view.
  [[nodiscard]] Contexts* contexts() const {
    return kept != nullptr && !kept->contexts.empty() ? &kept->contexts : nullptr;
  }
  [[nodiscard]] bool has_context(std::string_view tag) const {
    return kept != nullptr && kept->contexts.has(tag);
  }
  [[nodiscard]] bool takes_context() const { return kept == nullptr || !kept->contexts.full(); }
  void add_context(Context context);  // see Contexts::add
  // False: there is none of that tag.
  [[nodiscard]] bool cancel_context(std::string_view tag);
  void end_contexts_by_number(ResponseWriter writer);  // see Contexts::end_by_number
  // See Contexts::tell_changed; newest: what the client's view has come to, but for ghosts.
  [[nodiscard]] Result<void> tell_contexts(store::Store& store, const mail::MailboxView& newest,
                                           std::int64_t now, std::string& out);

  // The mod-sequence up to which the client has been told of all that it may be told.
  [[nodiscard]] mail::ModSeq cursor() const { return asleep() ? told.modseq : view->modseq(); }
  // The mod-sequence up to which the client has been told of everything: what it may keep as its
  // HIGHESTMODSEQ (RFC 7162 section 6).
  [[nodiscard]] mail::ModSeq highest_modseq() const { return has_ghosts ? told.modseq : cursor(); }
  // Something has been announced that the client has not been told.
  [[nodiscard]] bool is_behind() const { return has_ghosts || watch.latest() > cursor(); }
  // That, or what it means to a context is not worked out.
  [[nodiscard]] bool pending() const {
    return is_behind() || (kept != nullptr && kept->contexts.is_behind(cursor()));
  }

  [[nodiscard]] bool asleep() const { return view == nullptr; }
  // Gives the view up. Requires: !has_ghosts, and no contexts.
  void sleep();
  // Takes the view up again if it is that of the cursor. Whether it was.
  bool wake(const mail::ViewPtr& at_cursor);
  // Takes it from the store; if it has moved on, with the help of its log. The store's newest view.
  // Worker. kNotFound: the mailbox was deleted. kConflict: more was expunged than the log holds.
  [[nodiscard]] Result<mail::ViewPtr> wake(store::Store& store);

  // Makes those messages this session's that no session has been given as \Recent.
  void claim_recent(store::Store& store);
  // For arrivals the client is told of. A read-only session claims nothing, and does not know
  // whether another one has: then they are recent (RFC 3501 section 2.3.2).
  void take_recent(store::Store& store, mail::UidRange arrived);
  [[nodiscard]] std::uint32_t recent_count() const;  // of those in the view
  [[nodiscard]] ResponseWriter::Recent recent_flag(mail::Uid uid) const {
    return recent.contains(uid) ? ResponseWriter::Recent::kYes : ResponseWriter::Recent::kNo;
  }
  [[nodiscard]] bool claims_recent() const { return knows_recent && !read_only(); }
  [[nodiscard]] bool read_only() const { return access == Access::kReadOnly; }
};

}  // namespace roost::imap
