#include "mail/message_ids.h"

#include <deque>
#include <utility>

#include "base/ascii.h"
#include "mail/header_fields.h"
#include "mail/lexical.h"

namespace roost::mail {
namespace {

// Longer ones fit in no line (RFC 5322 section 2.1.1).
constexpr std::size_t kMaxId = 998;

// Takes octets up to the end of a msg-id that may begin at the front of s. Whatever comes of it, no
// octet is looked at twice, so that a field of nothing but "<" is read in linear time.
std::optional<std::string> take_message_id(std::string_view& s) {
  s.remove_prefix(1);  // "<"
  std::string id;
  std::size_t at_sign = 0;  // where it ends; 0: there is none yet
  while (!s.empty()) {
    skip_cfws(s);
    if (s.empty()) break;
    const char c = s.front();
    if (c == '<') return std::nullopt;
    if (c == '"' && at_sign == 0) {
      id += take_quoted(s);
      continue;
    }
    s.remove_prefix(1);
    if (c == '>') {
      if (at_sign <= 1 || at_sign == id.size() || id.size() > kMaxId) return std::nullopt;
      return id;
    }
    id.push_back(c);
    if (c == '@' && at_sign == 0) at_sign = id.size();
  }
  return std::nullopt;
}

// The next msg-id in s, and s goes on behind it.
std::optional<std::string> next_message_id(std::string_view& s) {
  while (true) {
    const std::size_t start = s.find('<');
    if (start == std::string_view::npos) return std::nullopt;
    s.remove_prefix(start);
    if (auto id = take_message_id(s)) return id;
  }
}

}  // namespace

std::optional<std::string> first_message_id(std::string_view field_body) {
  return next_message_id(field_body);
}

std::string message_ids_of_header(std::string_view header) {
  std::optional<std::string> own;
  std::optional<std::string> in_reply_to;
  std::optional<std::string> references;
  HeaderFields in(header);
  while (const auto field = in.next()) {
    const auto take_first = [&](std::string_view name, std::optional<std::string>& body) {
      if (!body && equal_ignoring_case(field->name, name)) body = unfold(field->body);
    };
    take_first("Message-ID", own);
    take_first("In-Reply-To", in_reply_to);
    take_first("References", references);
  }
  std::deque<std::string> ids;
  std::string_view rest = references ? std::string_view(*references) : std::string_view();
  while (auto id = next_message_id(rest)) {
    if (ids.size() == kMaxReferences) ids.pop_front();
    ids.push_back(*std::move(id));
  }
  if (ids.empty() && in_reply_to) {
    if (auto id = first_message_id(*in_reply_to)) ids.push_back(*std::move(id));
  }
  std::string out;
  append_counted(out, own ? first_message_id(*own).value_or("") : "");
  for (const std::string& id : ids) append_counted(out, id);
  return out;
}

}  // namespace roost::mail
