// BODYSTRUCTURE (RFC 3501 section 7.4.2), always with its extension data. Types, subtypes,
// encodings and parameter names are written in upper case, values as they were sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mail/mime_fields.h"

namespace roost::mail {

// A part as BODYSTRUCTURE sees it. Children: of a multipart one or more, of message/rfc822 and
// message/global the one message in it, else none.
struct BodyPart {
  MimeFields mime;
  std::uint64_t octets = 0;  // of the body as it is transferred
  std::uint64_t lines = 0;   // of the same; said of text and messages
  std::string envelope;      // of a message: that of the message in it
  std::vector<const BodyPart*> children;
};

void append_body_structure(std::string& out, const BodyPart& part);

// How it is told: BODY has no extension data (RFC 3501 section 7.4.2). To a client of IMAP4rev2,
// and to no other, a message/global is a message with a structure of its own, and the parameters of
// RFC 2231 are decoded (RFC 9051 section 7.5.2).
struct BodyForm {
  enum class Extension : std::uint8_t { kKept, kDropped } extension = Extension::kKept;
  enum class Global : std::uint8_t { kMessage, kLeaf } global = Global::kMessage;
  enum class Parameters : std::uint8_t { kAsSent, kDecoded } parameters = Parameters::kAsSent;
};
[[nodiscard]] std::string body_structure_as(std::string_view bodystructure, BodyForm form);

}  // namespace roost::mail
