// CATENATE (RFC 4469): one message made of literals and of messages, or parts of them, that are in
// this account.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "imap/session.h"
#include "store/message_writer.h"

namespace roost::imap {

// The room for all that one command makes, asked for before it is made.
class Room {
 public:
  // replaced: octets of a message that goes (RFC 8508 section 3.4).
  Room(Session& session, std::uint64_t replaced) : session_(session), replaced_(replaced) {}
  void add(std::uint64_t octets) { octets_ += octets; }
  // kOverQuota: there is not so much. Worker.
  [[nodiscard]] Result<void> check() const {
    if (octets_ <= replaced_) return {};
    return session_.check_room(octets_ - replaced_);
  }

 private:
  Session& session_;
  std::uint64_t replaced_;
  std::uint64_t octets_ = 0;
};

// What a message may have: no more than a number of RFC 3501 can say.
[[nodiscard]] std::uint64_t size_limit(const Session& session);

// Each part is a URL, or nothing, which is the next literal: `literal` moves along. Nothing if
// there is no such message: session.reply says why, with [BADURL …] or [TOOBIG]. kOverQuota: a part
// is more than there is room for. Worker.
[[nodiscard]] Result<std::optional<IncomingMessages::Literal>> catenate(
    Session& session, std::span<const std::optional<std::string>> parts,
    std::vector<IncomingMessages::Literal>::iterator& literal, Room& room);

}  // namespace roost::imap
