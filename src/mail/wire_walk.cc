#include "mail/wire_walk.h"

#include <charconv>

#include "base/ascii.h"

namespace roost::mail {

void WireWalk::fail() {
  ok_ = false;
  at_ = text_.size();
}

bool WireWalk::take(char c) {
  if (!next_is(c)) return false;
  ++at_;
  return true;
}

void WireWalk::skip_quoted() {
  for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
    if (text_[at_] == '\\') ++at_;
  }
  if (at_ >= text_.size()) {
    fail();
  } else {
    ++at_;
  }
}

void WireWalk::skip_literal() {
  std::size_t length = 0;
  const char* const end = text_.data() + text_.size();
  const auto [next, error] = std::from_chars(text_.data() + at_ + 1, end, length);
  const std::string_view rest(next, end);
  if (error != std::errc() || !rest.starts_with("}\r\n") || rest.size() - 3 < length) {
    fail();
  } else {
    at_ = text_.size() - rest.size() + 3 + length;
  }
}

std::string_view WireWalk::atomic_value() {
  const std::size_t start = at_;
  if (next_is('"')) {
    skip_quoted();
  } else if (next_is('{')) {
    skip_literal();
  } else {
    while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != '(' && text_[at_] != ')') ++at_;
    if (at_ == start) fail();
  }
  return ok_ ? text_.substr(start, at_ - start) : std::string_view{};
}

std::string_view WireWalk::value() {
  const std::size_t start = at_;
  std::size_t depth = 0;
  do {
    if (take('(')) {
      ++depth;
    } else if (depth > 0 && take(')')) {
      --depth;
    } else if (depth == 0 || !take(' ')) {
      atomic_value();
    }
  } while (ok_ && depth > 0);
  return ok_ ? text_.substr(start, at_ - start) : std::string_view{};
}

std::optional<std::string> WireWalk::nstring() {
  std::string_view text = atomic_value();
  if (text.starts_with('{')) return std::string(text.substr(text.find('\n') + 1));
  if (!text.starts_with('"')) {
    if (!equal_ignoring_case(text, "NIL")) fail();
    return std::nullopt;
  }
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    out.push_back(text[i]);
  }
  return out;
}

}  // namespace roost::mail
