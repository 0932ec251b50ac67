// Parser of paths. Each function takes its production from the front of the text.
#include "lmtp/path.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"

namespace roost::lmtp {
namespace {

// atext of RFC 5322 section 3.2.3 with the UTF-8 of RFC 6531, and the dot of Dot-string.
bool is_local_part_char(char c) {
  return is_alnum(c) || !is_ascii(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").contains(c);
}

// "_" is in no host name of RFC 5321, and in many inside of networks.
bool is_domain_char(char c) {
  return is_alnum(c) || !is_ascii(c) || c == '-' || c == '.' || c == '_';
}

std::string take_while(std::string_view& text, bool (*wanted)(char)) {
  const auto end = std::ranges::find_if_not(text, wanted);
  std::string taken(text.begin(), end);
  text.remove_prefix(taken.size());
  return taken;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// After the opening quote. quoted-pairSMTP is a backslash and any printable.
std::optional<std::string> quoted_string(std::string_view& text) {
  std::string meaning;
  while (!text.empty()) {
    if (take(text, '"')) return meaning;
    if (take(text, '\\') && (text.empty() || !is_printable(text.front()))) return std::nullopt;
    if (is_control(text.front())) return std::nullopt;
    meaning += text.front();
    text.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<std::string> local_part(std::string_view& text) {
  if (take(text, '"')) return quoted_string(text);
  std::string dot_string = take_while(text, is_local_part_char);
  if (dot_string.empty()) return std::nullopt;
  return dot_string;
}

std::optional<std::string> domain(std::string_view& text) {
  if (!text.starts_with('[')) {
    std::string name = take_while(text, is_domain_char);
    if (name.empty()) return std::nullopt;
    return name;
  }
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  std::string literal(text.substr(0, close + 1));
  const bool sane = std::ranges::all_of(
      literal, [](char c) { return is_alnum(c) || std::string_view("[]:.-").contains(c); });
  if (!sane || literal.size() < 3) return std::nullopt;
  text.remove_prefix(literal.size());
  return literal;
}

// A-d-l ":"; true if there is none.
bool skip_source_route(std::string_view& text) {
  if (!text.starts_with('@')) return true;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view route = text.substr(0, colon);
  text.remove_prefix(colon + 1);
  return std::ranges::all_of(route,
                             [](char c) { return is_domain_char(c) || c == '@' || c == ','; });
}

}  // namespace

bool Path::is_ascii() const { return std::ranges::all_of(text, roost::is_ascii); }

std::optional<Path> take_path(std::string_view& arguments) {
  Path path;
  if (!take(arguments, '<')) return std::nullopt;
  if (take(arguments, '>')) return path;
  if (!skip_source_route(arguments)) return std::nullopt;

  const std::string_view mailbox = arguments;
  auto local = local_part(arguments);
  if (!local) return std::nullopt;
  path.local_part = *std::move(local);
  if (take(arguments, '@')) {
    auto name = domain(arguments);
    if (!name) return std::nullopt;
    path.domain = *std::move(name);
  }
  path.text = mailbox.substr(0, mailbox.size() - arguments.size());
  if (!take(arguments, '>') || path.text.size() > kMaxPath || !is_utf8(path.text)) {
    return std::nullopt;
  }
  return path;
}

}  // namespace roost::lmtp
