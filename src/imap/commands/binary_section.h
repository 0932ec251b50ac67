// The octets of a part without their transfer encoding (RFC 3516 sections 3 and 4.3), read from the
// store and decoded piece by piece, so memory does not depend on the size of the part.
//
// How many there are, and whether a NUL is among them, must be said before the first of them. So a
// part is decoded twice, but for one that fits in a piece.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "mail/part_tree.h"
#include "mail/transfer_encoding.h"
#include "store/store.h"

namespace roost::imap {

class BinarySection {
 public:
  // The whole message, or one of its parts; what is not encoded comes as it is. wanted: of the
  // decoded octets.
  BinarySection(store::BlobRef blob, mail::OctetRange message, mail::OctetRange wanted = kAll);
  BinarySection(store::BlobRef blob, const mail::PartNode& part, mail::OctetRange wanted = kAll);
  static constexpr mail::OctetRange kAll{0, std::numeric_limits<std::uint64_t>::max()};

  // Takes one piece; true once all are taken, and size() and has_nul() are known.
  [[nodiscard]] Result<bool> measure(store::Store& store);
  [[nodiscard]] std::uint64_t size() const { return size_; }  // of what is wanted
  [[nodiscard]] bool has_nul() const { return has_nul_; }

  // Appends what is wanted of one piece; true once all are taken. Requires: measured.
  [[nodiscard]] Result<bool> send(store::Store& store, std::string& out);

  // Whether the part's octets can be made out ([UNKNOWN-CTE] if not).
  [[nodiscard]] static bool can_decode(const mail::PartNode& part);

 private:
  [[nodiscard]] bool at_end() const;
  // The wanted octets of the next piece.
  [[nodiscard]] Result<std::string_view> next(store::Store& store);

  const store::BlobRef blob_;  // held, so that its octets stay until they are sent
  const mail::OctetRange range_;
  const mail::OctetRange wanted_;
  const mail::TransferDecoder fresh_;

  mail::TransferDecoder decoder_;
  std::uint64_t taken_ = 0;    // encoded octets
  std::uint64_t decoded_ = 0;  // octets
  std::string piece_;          // decoded
  std::uint64_t size_ = 0;
  bool has_nul_ = false;
};

}  // namespace roost::imap
