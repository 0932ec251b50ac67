#include "mail/wire_string.h"

#include <algorithm>
#include <iterator>

#include "base/ascii.h"

namespace roost::mail {

bool is_quotable(std::string_view s) {
  return s.size() <= kMaxQuoted &&
         std::ranges::all_of(s, [](char c) { return is_printable(c) || c == '\t'; });
}

void append_quoted(std::string& out, std::string_view s) {
  out.push_back('"');
  for (const char c : s) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

void append_literal(std::string& out, std::string_view s) {
  const auto nuls = static_cast<std::size_t>(std::ranges::count(s, '\0'));
  out.append("{").append(std::to_string(s.size() - nuls)).append("}\r\n");
  if (nuls == 0) {
    out.append(s);
  } else {
    std::ranges::remove_copy(s, std::back_inserter(out), '\0');
  }
}

void append_string(std::string& out, std::string_view s) {
  if (is_quotable(s)) {
    append_quoted(out, s);
  } else {
    append_literal(out, s);
  }
}

void append_nstring(std::string& out, const std::optional<std::string>& s) {
  if (s) {
    append_string(out, *s);
  } else {
    out.append("NIL");
  }
}

}  // namespace roost::mail
