#include "client/command.h"

#include <string>
#include <utility>

#include "mail/wire_string.h"

namespace roost::client {

Command& Command::string(std::string_view text) {
  Secret& last = pieces_.back();
  if (mail::is_quotable(text)) {
    std::string quoted;
    quoted.reserve(2 * text.size() + 2);
    mail::append_quoted(quoted, text);
    last += Secret(std::move(quoted)).view();
  } else {
    last += "{" + std::to_string(text.size()) + "}";
    pieces_.emplace_back(text);
  }
  return *this;
}

}  // namespace roost::client
