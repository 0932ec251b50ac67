// What is known of a message once and for all, made while it is received: everything a FETCH of
// ENVELOPE, BODYSTRUCTURE, RFC822.SIZE or a section needs without reading the message again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "mail/ids.h"

namespace roost::mail {

// INTERNALDATE (RFC 3501 section 2.3.3): the instant, and the zone it is shown in.
struct InternalDate {
  std::int64_t unix_seconds = 0;
  std::int16_t zone_minutes = 0;  // east of UTC
  bool operator==(const InternalDate&) const = default;
};

// What the store says of a message as it takes it into a mailbox.
struct Saved {
  InternalDate date;  // when that was (RFC 8514)
  ThreadId thread;    // RFC 8474 section 5.2; 0: not yet settled
  bool operator==(const Saved&) const = default;
};

// Of a message that is the first of its thread, or older than threads here.
[[nodiscard]] constexpr ThreadId own_thread(BlobId blob) { return ThreadId(blob.value); }

struct Digest {
  BlobId blob;
  std::uint64_t size = 0;  // RFC822.SIZE, octets
  InternalDate internal_date;
  std::int64_t sent_date =
      0;                 // the Date: header as Unix seconds; 0 or internal_date's where it has none
  std::string envelope;  // "(…)" as FETCH ENVELOPE sends it (rev1: 8-bit octets in literals)
  std::string bodystructure;  // "(…)" as FETCH BODYSTRUCTURE sends it
  std::string structure;      // the part tree with its octet offsets: mail/part_tree.h reads it
  // Not all digests have what follows: it came later than version 1.
  std::optional<std::string> preview;  // RFC 8970, UTF-8; empty: there is nothing to show
  // Its own and those it refers to: mail/message_ids.h reads them. Nothing: they were not looked
  // for when it came, and stand in its header.
  std::optional<std::string> message_ids;
  Saved saved;  // the date is internal_date where it is not known
  bool operator==(const Digest&) const = default;
};

// Of its strings.
[[nodiscard]] std::size_t octets_of(const Digest& digest);

// The sent date of SORT and THREAD (RFC 5256 section 2.2).
[[nodiscard]] std::int64_t sent_date_of(const Digest& digest);

// A digest in its stored form, of which no more was read than a copy of the message needs.
struct DigestRow {
  BlobId blob;
  std::uint64_t size = 0;
  InternalDate internal_date;
  ThreadId thread;
  std::string octets;  // all of it but what Saved says
};

// The stored form: versioned, little overhead, docs/formats/digest.md. decode: kCorruption.
[[nodiscard]] std::string encode_digest(const Digest& digest, const Saved& saved);
[[nodiscard]] inline std::string encode_digest(const Digest& digest) {
  return encode_digest(digest, digest.saved);
}
[[nodiscard]] Result<Digest> decode_digest(std::string_view bytes);
// The same into one that was used before: reading many costs no allocation for each.
[[nodiscard]] Result<void> decode_digest(std::string_view bytes, Digest& digest);
// Nothing but blob and size.
struct DigestHead {
  BlobId blob;
  std::uint64_t size = 0;
};
[[nodiscard]] Result<DigestHead> read_digest_head(std::string_view bytes);
[[nodiscard]] Result<DigestRow> read_digest_row(std::string_view bytes);
// What stands behind row.octets in the stored form of a copy.
[[nodiscard]] std::string saved_octets(const DigestRow& row, const Saved& saved);

}  // namespace roost::mail
