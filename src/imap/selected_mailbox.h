// SelectedMailbox: the mailbox a session has selected, and what its client knows of it.
//
// The client's view moves only in imap/updates.cc, in the code that writes the responses that move
// it. Owner: the session. Thread: whoever holds the session's baton.
#pragma once

#include <cstdint>

#include "imap/protocol/response_writer.h"
#include "mail/mailbox_view.h"
#include "mail/uid_set.h"
#include "push/watch.h"
#include "store/store.h"

namespace roost::imap {

enum class Access : std::uint8_t { kReadOnly, kReadWrite };  // EXAMINE, SELECT

struct SelectedMailbox {
  store::Mailbox mailbox;
  Access access = Access::kReadWrite;
  push::Watch watch;
  mail::ViewPtr view;             // what the client has been told; may hold ghosts
  mail::UidSet recent;            // the \Recent messages that are this session's
  std::size_t keywords_told = 0;  // keywords named in the last FLAGS response
  bool has_ghosts = false;        // messages are expunged that the client has not been told of

  // Something has been announced that the client has not been told.
  [[nodiscard]] bool pending() const { return has_ghosts || watch.latest() > view->modseq(); }
  // Makes those messages this session's that no session has been given as \Recent.
  void claim_recent(store::Store& store);
  [[nodiscard]] std::uint32_t recent_count() const;  // of those in the view
  [[nodiscard]] ResponseWriter::Recent recent_flag(mail::Uid uid) const {
    return recent.contains(uid) ? ResponseWriter::Recent::kYes : ResponseWriter::Recent::kNo;
  }
  [[nodiscard]] bool read_only() const { return access == Access::kReadOnly; }
};

}  // namespace roost::imap
