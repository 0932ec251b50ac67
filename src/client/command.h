// Command: what a client sends, without its tag and last CRLF. It is in pieces where it has
// literals: each piece but the first waits for the server's "+" (RFC 9051 section 4.3). Strings
// that hold nothing but printable ASCII are quoted, so pieces are rare.
#pragma once

#include <string_view>
#include <vector>

#include "client/secret.h"

namespace roost::client {

class Command {
 public:
  explicit Command(std::string_view text) : pieces_{Secret(text)} {}

  Command& raw(std::string_view text) {
    pieces_.back() += text;
    return *this;
  }
  Command& string(std::string_view text);
  [[nodiscard]] const std::vector<Secret>& pieces() const { return pieces_; }

 private:
  std::vector<Secret> pieces_;  // LOGIN is one
};

}  // namespace roost::client
