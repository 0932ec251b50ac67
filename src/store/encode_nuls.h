// A message with NUL octets, which only BINARY may send (RFC 3516 section 6, RFC 9051 section
// 4.3.1), as one that every client can be sent: the parts that hold some are encoded in Base64, and
// nothing else is changed (docs/decisions/0011). BINARY gives their octets back as they came.
#pragma once

#include "base/error.h"
#include "store/store.h"

namespace roost::store {

// Errors are those of reading and writing blobs. NULs that no part's encoding can express stay: in
// a header, between parts, in a body that is encoded already or as nobody knows. They are no
// content of binary data.
[[nodiscard]] Result<NewMessage> encode_nuls(Store& store, NewMessage message);

}  // namespace roost::store
