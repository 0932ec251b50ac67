// The LMTP client of the benchmarks (RFC 2033): MAIL, RCPT and DATA in one packet, as Postfix does
// (RFC 2920).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/stream.h"

namespace roost::bench {

/// Owner and thread: one at a time. Dies if a delivery is refused.
class LmtpClient {
 public:
  explicit LmtpClient(uint16_t port);

  /// Returns when the message and its final dot are written. `message` has CRLF lines and none that
  /// starts with a dot.
  void send(std::string_view recipient, std::string_view message) {
    begin(recipient);
    finish(message);
  }
  /// send() in two halves: returns when the server waits for the message, then writes it.
  void begin(std::string_view recipient);
  void finish(std::string_view message);
  /// Waits for the reply to what send() sent.
  void wait_for_reply() { expect("250"); }

  void deliver(std::string_view recipient, std::string_view message) {
    send(recipient, message);
    wait_for_reply();
  }

 private:
  void expect(std::string_view code);

  Stream stream_;
  std::string packet_;
};

}  // namespace roost::bench
