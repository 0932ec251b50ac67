#include "mail/lexical.h"

#include <algorithm>

#include "base/ascii.h"

namespace roost::mail {
namespace {

// Requires: s begins with "(".
void skip_comment(std::string_view& s, std::string* comment) {
  std::size_t depth = 0;
  std::size_t i = 0;
  if (comment != nullptr) comment->clear();
  for (; i < s.size(); ++i) {
    char c = s[i];
    if (c == ')' && --depth == 0) break;
    const bool outermost = depth == 0;
    if (c == '(') ++depth;
    if (c == '\\' && i + 1 < s.size()) c = s[++i];
    if (comment != nullptr && !outermost) comment->push_back(c);
  }
  s.remove_prefix(std::min(i + 1, s.size()));
}

}  // namespace

void skip_cfws(std::string_view& s, std::string* comment) {
  for (;;) {
    while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
    if (!s.starts_with('(')) return;
    skip_comment(s, comment);
  }
}

std::string take_quoted(std::string_view& s) {
  std::string out;
  std::size_t i = 1;
  for (; i < s.size() && s[i] != '"'; ++i) {
    if (s[i] == '\\' && i + 1 < s.size()) ++i;
    out.push_back(s[i]);
  }
  s.remove_prefix(std::min(i + 1, s.size()));
  return out;
}

}  // namespace roost::mail
