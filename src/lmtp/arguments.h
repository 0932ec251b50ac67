// The arguments of those commands that have a grammar: LHLO, MAIL, RCPT and BDAT. Each parser
// returns what was said, or the reply that refuses it.
//
//   mail = "MAIL FROM:" Reverse-path [SP Mail-parameters]     RFC 5321 section 4.1.1.2
//   rcpt = "RCPT TO:" Forward-path [SP Rcpt-parameters]       RFC 5321 section 4.1.1.3
//   SIZE=n (RFC 1870), BODY=7BIT or 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531)
//   bdat = "BDAT" SP chunk-size [SP "LAST"]                   RFC 3030 section 2
//
// Parameters of extensions that LHLO does not offer (RET, ENVID, NOTIFY, ORCPT of RFC 3461, AUTH)
// are refused with 555: to take and ignore them would break a promise to the sender.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "lmtp/path.h"
#include "lmtp/reply.h"

namespace roost::lmtp {

template <typename T>
using Parsed = std::expected<T, Reply>;

struct MailArguments {
  Path reverse_path;
  std::uint64_t size = 0;  // as declared; 0: not declared
  enum class Addresses : std::uint8_t { kAscii, kUtf8 } addresses = Addresses::kAscii;
};

struct ChunkArguments {
  std::uint64_t size = 0;
  enum class Place : std::uint8_t { kMore, kLast } place = Place::kMore;
};

// The client's name, fit to be written into a Received field: a domain or an address literal.
[[nodiscard]] Parsed<std::string> parse_lhlo(std::string_view arguments);
[[nodiscard]] Parsed<MailArguments> parse_mail(std::string_view arguments);
// addresses: what MAIL has announced.
[[nodiscard]] Parsed<Path> parse_rcpt(std::string_view arguments,
                                      MailArguments::Addresses addresses);
[[nodiscard]] Parsed<ChunkArguments> parse_bdat(std::string_view arguments);

}  // namespace roost::lmtp
