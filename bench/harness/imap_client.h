// The IMAP client of the benchmarks (RFC 3501): sends a command, reads its responses and throws
// them away, fast.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/stream.h"

namespace roost::bench {

/// Owner and thread: one at a time. Dies if a command is not answered with OK.
class ImapClient {
 public:
  struct Responses {
    uint64_t untagged = 0;  // untagged responses
    uint64_t octets = 0;    // received, all told
    uint64_t exists = 0;    // of the last EXISTS
    uint64_t hits = 0;      // numbers in a SEARCH or SORT response
  };

  ImapClient(uint16_t port, Security security);

  Responses command(std::string_view text);
  /// The number behind `word` in the responses to a command: 42 for "HIGHESTMODSEQ" in "* STATUS
  /// INBOX (HIGHESTMODSEQ 42)". Dies if there is none.
  [[nodiscard]] uint64_t number_in(std::string_view text, std::string_view word);
  void login(std::string_view user, std::string_view password);
  Responses select(std::string_view mailbox);

  /// IDLE, and waits for the continuation request.
  void idle();
  /// While idle: the number in the next EXISTS response, however long it takes.
  [[nodiscard]] uint64_t wait_for_exists();
  /// Ends IDLE.
  void done();

  [[nodiscard]] Stream& stream() { return stream_; }

 private:
  Stream stream_;
};

/// The number in "* 23 EXISTS"; 0 for any other line.
[[nodiscard]] uint64_t exists_in(std::string_view line);

}  // namespace roost::bench
