// Writes FETCH responses (RFC 3501 section 7.4.2; UIDFETCH: RFC 9586 section 3.3), data item by
// data item, and can stop anywhere: a section larger than a piece is read from the store and
// written piece by piece, so memory does not depend on the size of the message.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "imap/commands/binary_section.h"
#include "imap/protocol/fetch_att.h"
#include "imap/session.h"
#include "mail/digest.h"
#include "mail/part_tree.h"
#include "mail/uid_set.h"

namespace roost::imap {

struct FetchedMessage {
  mail::SeqNum seq;
  mail::MessageEntry entry;
  std::optional<mail::Digest> digest;  // where any data item needs it
};

class FetchWriter {
 public:
  explicit FetchWriter(std::vector<FetchAtt> atts) : atts_(std::move(atts)) {}

  // Messages whose FLAGS are told even if they were not asked for: \Seen was just set. With
  // CONDSTORE, UID and MODSEQ as well (RFC 7162 section 3.2.4), but for the UID of a UIDFETCH.
  void tell_flags_of(mail::UidSet uids) { flags_of_ = std::move(uids); }

  enum class Written : std::uint8_t {
    kAll,
    kPart,  // up to the high-water mark, or enough for now: call again with the same message
    kGone,  // nothing: its octets were swept, another session has expunged it
    kUnknownEncoding,  // nothing but flags: a part of it cannot be decoded (RFC 3516 section 4.3)
  };
  // To be called at the start of each run of the command: bounds what all calls of write() in it
  // take together, however many parts are decoded, and however little is sent of them.
  void begin_run() { deadline_ = Clock::now() + Session::kRunTime; }
  [[nodiscard]] bool run_is_over() const { return Clock::now() >= deadline_; }

  // Appends what is left of the message's response to session.out. On an error nothing of this
  // message is left there, or, if some of it was sent already, session.mid_response stays set.
  [[nodiscard]] Result<Written> write(Session& session, const FetchedMessage& message);

 private:
  using Clock = std::chrono::steady_clock;

  Result<bool> write_atts(Session& session, const FetchedMessage& message);
  Result<void> write_change(Session& session, const FetchedMessage& message);
  Result<void> write_att(Session& session, const FetchedMessage& message, const FetchAtt& att);
  Result<void> write_section(Session& session, const FetchedMessage& message, const FetchAtt& att);
  Result<void> write_preview(Session& session, const FetchedMessage& message, const FetchAtt& att);
  // Decodes the part tree where BINARY asks for a part.
  Result<bool> can_decode(const FetchedMessage& message);
  void forget_message();
  Result<void> begin_binary(Session& session, const FetchedMessage& message, const FetchAtt& att);
  Result<void> go_on_with_binary(Session& session);
  Result<void> write_piece(Session& session);

  std::vector<FetchAtt> atts_;
  mail::UidSet flags_of_;
  Clock::time_point deadline_;

  // Where we are in the message.
  std::optional<mail::PartNode> parts_;  // if BINARY asks for one
  std::size_t next_att_ = 0;
  struct Literal {
    store::BlobRef blob;  // held, so that its octets stay until they are sent
    std::uint64_t offset;
    std::uint64_t remaining;
  };
  std::optional<Literal> literal_;  // its head is written, octets remain
  struct Binary {
    BinarySection section;
    const FetchAtt* att;
    bool measured = false;
  };
  std::unique_ptr<Binary> binary_;  // of the data item before next_att_
};

}  // namespace roost::imap
