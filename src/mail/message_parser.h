// Reads one message once, in pieces of any size, and makes its digest: ENVELOPE, BODYSTRUCTURE, the
// part tree and the preview (RFC 5322, RFC 2045 to 2047, RFC 2231; RFC 3501 section 7.4.2 for the
// forms; RFC 8970).
//
// It accepts any octets: a message without boundary, header or line end has a sane structure too.
// Linear in the message; memory is bounded by the headers kept (kMaxHeader a part) and the number
// of parts (kMaxParts), not by the message. Beyond kMaxDepth or kMaxParts the rest is text of the
// part it stands in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "mail/digest.h"

namespace roost::mail {

class MessageParser {
 public:
  static constexpr std::size_t kMaxDepth = 64;
  static constexpr std::size_t kMaxParts = 10'000;
  static constexpr std::size_t kMaxHeader = 256 * 1024;  // octets of one header that are looked at

  MessageParser();
  ~MessageParser();
  MessageParser(MessageParser&&) noexcept;
  MessageParser& operator=(MessageParser&&) noexcept;

  void feed(std::string_view octets);
  // The digest without blob and internal date, which the caller knows; sent_date is 0 where there
  // is no Date: header that can be read, for the caller to put internal_date there. Call once.
  [[nodiscard]] Digest finish();

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace roost::mail
