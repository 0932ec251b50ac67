// BODYSTRUCTURE (RFC 3501 section 7.4.2), always with its extension data. Types, subtypes,
// encodings and parameter names are written in upper case, values as they were sent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mail/mime_fields.h"

namespace roost::mail {

// A part as BODYSTRUCTURE sees it. Children: of a multipart one or more, of message/rfc822 the one
// message in it, else none.
struct BodyPart {
  MimeFields mime;
  std::uint64_t octets = 0;  // of the body as it is transferred
  std::uint64_t lines = 0;   // of the same; said of text and message/rfc822
  std::string envelope;      // of message/rfc822: that of the message in it
  std::vector<const BodyPart*> children;
};

void append_body_structure(std::string& out, const BodyPart& part);

}  // namespace roost::mail
