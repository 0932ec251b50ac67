// Walks over parenthesised lists of strings, literals, numbers and NIL (RFC 3501 section 4):
// ENVELOPE and BODYSTRUCTURE as we made them and as a disk gives them back, and what a server sends
// to our client. Any of it may be broken: errors are sticky, and asked for once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace roost::mail {

// Owner of the text: the caller, for longer than the walk and what it returned.
class WireWalk {
 public:
  explicit WireWalk(std::string_view text) : text_(text) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  [[nodiscard]] bool next_is(std::string_view text) const {
    return text_.substr(at_).starts_with(text);
  }
  // Takes c if it comes next.
  bool take(char c);
  // Takes one value, a list with all that is in it, and gives its text.
  std::string_view value();
  // Takes a string or NIL and gives what it says.
  std::optional<std::string> nstring();
  void fail();

 private:
  std::string_view atomic_value();
  void skip_quoted();
  void skip_literal();

  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace roost::mail
