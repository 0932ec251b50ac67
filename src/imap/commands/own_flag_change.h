// A session's own flag change, for STORE and for a FETCH that sets \Seen. What the session has done
// is put into its client's view at once, so that the update that follows tells the client of
// everybody else's changes, and does not repeat this one.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "imap/session.h"
#include "store/batch.h"

namespace roost::imap {

enum class Learns : std::uint8_t {
  kWhatItAsked,  // .SILENT: the client expects its change, and no other, to have been made
  kResult,       // the client is told the flags that each message has now
};

struct OwnFlagChange {
  mail::UidSet known;     // messages of which the client's view now holds what the store does
  mail::UidSet learned;   // of these, where it did not before
  mail::UidSet modified;  // of update.unchanged_since: those that had been changed
  mail::UidSet gone;      // expunged by somebody else, and the client has not been told
};

// Commits the update and moves the entries of the client's view for which that holds:
// - kWhatItAsked: those that came out as the client must think. Where another session's change came
//   between, the entry stays and is told (RFC 3501 section 6.4.6).
// - kResult: all of update.uids; the caller tells them.
// - modified: in any case; the caller tells them (RFC 7162 section 3.1.3, after example 8).
// Worker. kLimit: too many keywords.
[[nodiscard]] Result<OwnFlagChange> change_own_flags(Session& session,
                                                     const store::FlagUpdate& update,
                                                     Learns learns);

}  // namespace roost::imap
