// The identifiers of the mailbox model as distinct types: a Uid is no SeqNum, and neither converts.
// RFC 3501 section 2.3.1 (UID, UIDVALIDITY, message sequence number), RFC 7162 section 3
// (mod-sequence).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace roost::mail {

template <typename Tag, typename Rep>
struct Id {
  Rep value = 0;

  constexpr Id() = default;
  constexpr explicit Id(Rep v) : value(v) {}
  constexpr auto operator<=>(const Id&) const = default;
  // Next and previous; the caller knows that they exist.
  [[nodiscard]] constexpr Id next() const { return Id(static_cast<Rep>(value + 1)); }
  [[nodiscard]] constexpr Id prev() const { return Id(static_cast<Rep>(value - 1)); }
};

using Uid = Id<struct UidTag, std::uint32_t>;        // never 0 for a message
using SeqNum = Id<struct SeqNumTag, std::uint32_t>;  // 1 is the first message
using UidValidity = Id<struct UidValidityTag, std::uint32_t>;
using ModSeq = Id<struct ModSeqTag, std::uint64_t>;  // strictly grows within a mailbox
using AccountId = Id<struct AccountIdTag, std::uint64_t>;
using MailboxId = Id<struct MailboxIdTag, std::uint64_t>;  // survives RENAME, is never used again
using BlobId = Id<struct BlobIdTag, std::uint64_t>;        // the octets of one message
using ThreadId = Id<struct ThreadIdTag, std::uint64_t>;    // related messages of one account

}  // namespace roost::mail

template <typename Tag, typename Rep>
struct std::hash<roost::mail::Id<Tag, Rep>> {
  std::size_t operator()(roost::mail::Id<Tag, Rep> id) const noexcept {
    return std::hash<Rep>{}(id.value);
  }
};
