// A message with NUL octets, which only BINARY may send (RFC 3516 section 6, RFC 9051 section
// 4.3.1), as one that every client can be sent: the parts that hold some are encoded in Base64, and
// nothing else is changed (docs/decisions/0011). BINARY gives their octets back as they came, but
// for line feeds that stand alone in text (RFC 3516 section 6).
#pragma once

#include <optional>

#include "base/error.h"
#include "store/store.h"

namespace roost::store {

// Nothing: a NUL is where no part's encoding can express it: in a header, between parts, in a body
// that is encoded already, as nobody knows, or that is made of parts. Errors are those of reading
// and writing blobs.
[[nodiscard]] Result<std::optional<NewMessage>> encode_nuls(Store& store, NewMessage message);

}  // namespace roost::store
