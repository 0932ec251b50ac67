// VANISHED (EARLIER): what has been expunged since a mod-sequence that the client knows, for UID
// FETCH (VANISHED) and SELECT (QRESYNC) (RFC 7162 sections 3.2.5.1, 3.2.6 and 3.2.10.1).
#pragma once

#include <cstddef>

#include "base/error.h"
#include "imap/session.h"
#include "mail/ids.h"
#include "mail/uid_set.h"

namespace roost::imap {

class VanishedEarlier {
 public:
  // Requires: the selected mailbox is awake. Looks for those of uids that the client's view lacks
  // and that were expunged after `since`; all that it lacks, if the log of expunges does not reach
  // back so far. Messages whose expunge the client has still to be told of are not among them.
  // Worker.
  [[nodiscard]] Result<void> find(Session& session, const mail::UidSet& uids, mail::ModSeq since);
  // Appends what was found to session.out, in pieces: true when all of it is written.
  [[nodiscard]] bool write(Session& session);

 private:
  mail::UidSet uids_;
  std::size_t written_ = 0;  // ranges
};

}  // namespace roost::imap
