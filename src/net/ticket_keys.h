// The keys that session tickets are sealed with (RFC 8446 section 4.6.1, RFC 5077). They are kept
// in a file, so that clients which all come back after a restart need no full handshake, and
// changed every day (RFC 9325 section 3.4): whoever has them can read each session of TLS 1.2 that
// was given a ticket, and take the server's place in a resumed one.
#pragma once

#include <openssl/types.h>

#include <array>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>

namespace roost::net {

// Owner: the TLS contexts that it serves. Thread: any, but renew() one at a time.
class TicketKeys : public std::enable_shared_from_this<TicketKeys> {
 public:
  // file: where they are kept; empty: nowhere, they end with the process.
  explicit TicketKeys(std::string file);

  // Makes new keys if these are a day old; those of the day before still open tickets. What cannot
  // be written is logged. Due once an hour.
  void renew();
  // From now on tickets of that context are sealed with these keys.
  void serve(SSL_CTX* context);

  struct Key {
    std::array<unsigned char, 16> name;
    std::array<unsigned char, 32> cipher;  // AES-256-CBC
    std::array<unsigned char, 32> mac;     // HMAC-SHA-256
  };
  struct Pair {
    Key today;      // seals and opens
    Key yesterday;  // opens
  };
  [[nodiscard]] std::shared_ptr<const Pair> current() const;

 private:
  const std::string file_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Pair> current_;  // with mutex_
  std::time_t made_ = 0;                 // renew()'s
};

}  // namespace roost::net
