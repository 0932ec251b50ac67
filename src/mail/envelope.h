// ENVELOPE (RFC 3501 section 7.4.2): "(date subject from sender reply-to to cc bcc in-reply-to
// message-id)", from a message header.
//
// Absent strings are NIL and empty ones "". Absent or empty address fields are NIL, but for Sender
// and Reply-To, which are then as From is. To, Cc and Bcc may come more than once (RFC 5322 section
// 4.5.3) and are joined; of any other field the first counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost::mail {

void append_envelope(std::string& out, std::string_view header);

// The first two fields of an envelope that append_envelope wrote, unfolded, else as in the header.
[[nodiscard]] std::optional<std::string> date_of_envelope(std::string_view envelope);
[[nodiscard]] std::optional<std::string> subject_of_envelope(std::string_view envelope);

// The fields of an envelope that hold addresses, by their places in it.
enum class EnvelopeField : std::uint8_t { kFrom = 2, kTo = 5, kCc = 6 };

struct EnvelopeAddress {
  std::optional<std::string> name;
  std::optional<std::string> mailbox;
  std::optional<std::string> host;
};

// The first address structure of that field; nothing where the field is NIL.
[[nodiscard]] std::optional<EnvelopeAddress> first_address_of_envelope(std::string_view envelope,
                                                                       EnvelopeField field);

}  // namespace roost::mail
