// A session's own flag change, for STORE and for a FETCH that sets \Seen. What the session has done
// is put into its client's view at once, so that the update that follows tells the client of
// everybody else's changes, and does not repeat this one.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "imap/session.h"
#include "store/store.h"

namespace roost::imap {

enum class Learns : std::uint8_t {
  kWhatItAsked,  // .SILENT: the client expects its change, and no other, to have been made
  kResult,       // the client is told the flags that each message has now
};

// Commits the update and moves the entries of the client's view for which that holds:
// - kWhatItAsked: those that came out as the client must think. Where another session's change came
//   between, the entry stays and is told (RFC 3501 section 6.4.6).
// - kResult: all of update.uids; the caller tells them.
// Worker. kLimit: too many keywords.
[[nodiscard]] Result<void> change_own_flags(Session& session, const store::FlagUpdate& update,
                                            Learns learns);

}  // namespace roost::imap
