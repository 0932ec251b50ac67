// Parsers of command arguments, one function for one production.
#include "lmtp/arguments.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.h"

namespace roost::lmtp {
namespace {

using Addresses = MailArguments::Addresses;

constexpr std::size_t kMaxDomain = 255;  // RFC 5321 section 4.5.3.1.2

std::unexpected<Reply> refuse(int code, std::string_view status, std::string text) {
  return std::unexpected(Reply{code, status, std::move(text)});
}

// Takes "FROM:" or "TO:" and the spaces after it, which RFC 5321 forbids and clients send.
bool take_keyword(std::string_view& arguments, std::string_view keyword) {
  if (!starts_with_ignoring_case(arguments, keyword)) return false;
  arguments = trim(arguments.substr(keyword.size()));
  return true;
}

// 1*20DIGIT of RFC 1870 and 1*DIGIT of RFC 3030: all of text, nothing else.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view take_word(std::string_view& text) {
  text = trim(text);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

// One esmtp-param into arguments; the reply if it is refused.
std::optional<Reply> apply_parameter(std::string_view parameter, MailArguments& arguments) {
  const std::size_t equals = parameter.find('=');
  const bool valued = equals != std::string_view::npos;
  const std::string_view keyword = parameter.substr(0, equals);
  const std::string_view value = valued ? parameter.substr(equals + 1) : std::string_view();

  if (equal_ignoring_case(keyword, "SIZE")) {
    const auto size = number(value);
    if (!size) return Reply{501, "5.5.4", "SIZE needs a number"};
    arguments.size = *size;
    return std::nullopt;
  }
  if (equal_ignoring_case(keyword, "BODY")) {
    if (equal_ignoring_case(value, "7BIT") || equal_ignoring_case(value, "8BITMIME")) {
      return std::nullopt;
    }
    return Reply{555, "5.5.4", "BODY is 7BIT or 8BITMIME"};
  }
  if (equal_ignoring_case(keyword, "SMTPUTF8")) {
    if (valued) return Reply{501, "5.5.4", "SMTPUTF8 takes no value"};
    arguments.addresses = Addresses::kUtf8;
    return std::nullopt;
  }
  return Reply{555, "5.5.4", "MAIL parameter not supported"};
}

}  // namespace

Parsed<std::string> parse_lhlo(std::string_view arguments) {
  const bool sane = std::ranges::all_of(
      arguments, [](char c) { return is_alnum(c) || std::string_view("-._:[]").contains(c); });
  if (!sane || arguments.empty() || arguments.size() > kMaxDomain) {
    return refuse(501, "5.5.4", "LHLO needs the name of the client");
  }
  return std::string(arguments);
}

Parsed<MailArguments> parse_mail(std::string_view arguments) {
  if (!take_keyword(arguments, "FROM:")) return refuse(501, "5.5.4", "Syntax: MAIL FROM:<address>");
  auto path = take_path(arguments);
  if (!path) return refuse(501, "5.1.7", "Bad address syntax");
  if (!arguments.empty() && arguments.front() != ' ') {
    return refuse(501, "5.5.4", "Syntax: MAIL FROM:<address> parameters");
  }

  MailArguments mail{.reverse_path = *std::move(path)};
  while (true) {
    const std::string_view parameter = take_word(arguments);
    if (parameter.empty()) break;
    if (auto refusal = apply_parameter(parameter, mail)) return std::unexpected(*refusal);
  }
  if (mail.addresses == Addresses::kAscii && !mail.reverse_path.is_ascii()) {
    return refuse(550, "5.6.7", "Address needs SMTPUTF8");
  }
  return mail;
}

Parsed<Path> parse_rcpt(std::string_view arguments, Addresses addresses) {
  if (!take_keyword(arguments, "TO:")) return refuse(501, "5.5.4", "Syntax: RCPT TO:<address>");
  auto path = take_path(arguments);
  if (!path || path->is_null()) return refuse(501, "5.1.3", "Bad address syntax");
  if (!arguments.empty() && arguments.front() != ' ') {
    return refuse(501, "5.5.4", "Syntax: RCPT TO:<address>");
  }
  if (!take_word(arguments).empty()) return refuse(555, "5.5.4", "RCPT parameter not supported");
  if (addresses == Addresses::kAscii && !path->is_ascii()) {
    return refuse(553, "5.6.7", "Address needs SMTPUTF8");
  }
  return *std::move(path);
}

Parsed<ChunkArguments> parse_bdat(std::string_view arguments) {
  const auto size = number(take_word(arguments));
  const std::string_view marker = take_word(arguments);
  const bool last = equal_ignoring_case(marker, "LAST");
  if (!size || (!marker.empty() && !last) || !trim(arguments).empty()) {
    return refuse(501, "5.5.4", "Syntax: BDAT octets [LAST]");
  }
  using Place = ChunkArguments::Place;
  return ChunkArguments{.size = *size, .place = last ? Place::kLast : Place::kMore};
}

}  // namespace roost::lmtp
