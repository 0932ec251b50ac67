#include "client/command.h"

#include "mail/wire_string.h"

namespace roost::client {

Command& Command::string(std::string_view text) {
  std::string& last = pieces_.back();
  if (mail::is_quotable(text)) {
    mail::append_quoted(last, text);
  } else {
    last += "{" + std::to_string(text.size()) + "}";
    pieces_.emplace_back(text);
  }
  return *this;
}

}  // namespace roost::client
