// The one place that turns an Error into words for an IMAP client: NO or BAD, and the response code
// of RFC 5530 (and RFC 3501, 4469, 7888) that says what kind of trouble it is.
#pragma once

#include "base/error.h"
#include "imap/session.h"

namespace roost::imap {

[[nodiscard]] Session::Reply status_from_error(const Error& error);

}  // namespace roost::imap
