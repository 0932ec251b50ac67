#include "imap/protocol/message_url.h"

#include <limits>

#include "imap/protocol/parser.h"
#include "imap/protocol/url_reader.h"

namespace roost::imap {

namespace {

std::optional<mail::Section> section(std::string_view text) {
  const Frame frame{.octets = "[" + std::string(text) + "]", .streamed = {}};
  Parser parser(frame);
  mail::Section section = parser.section();
  parser.end();
  if (!parser.ok()) return std::nullopt;
  return section;
}

}  // namespace

std::optional<MessageUrl> message_url(std::string_view url) {
  if (url.starts_with("//")) return std::nullopt;  // a server's
  UrlReader reader(url);
  MessageUrl message;
  reader.expect("/");
  message.mailbox = reader.encoded();
  if (reader.try_word(";UIDVALIDITY=")) {
    message.uid_validity = mail::UidValidity(reader.nz_number());
  }
  reader.expect("/;UID=");
  message.uid = mail::Uid(reader.nz_number());
  if (reader.try_word("/;SECTION=")) {
    auto named = section(reader.encoded());
    if (!named) return std::nullopt;
    message.section = *std::move(named);
  }
  if (reader.try_word("/;PARTIAL=")) {
    using Number = decltype(FetchAtt::Partial::length);
    message.partial = {reader.number(), std::numeric_limits<Number>::max()};
    if (reader.try_word(".")) message.partial->length = reader.nz_number();
  }
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return message;
}

}  // namespace roost::imap
