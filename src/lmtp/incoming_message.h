// A message while it arrives: the octets go into a blob as they come, never into memory.
//
// Nobody can be told of a failure before the sender has sent all (RFC 5321 section 4.1.1.4, RFC
// 3030 section 2). So append never fails: the first failure is kept, the octets stored so far are
// given up, and the rest is only counted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/message_writer.h"
#include "store/store.h"

namespace roost::lmtp {

// Owner: the session's transaction. Dropped without finish: nothing is stored. Blocks.
class IncomingMessage {
 public:
  struct Options {
    std::string id;
    mail::InternalDate date;
    std::uint64_t limit = 0;  // octets from the client; 0: none
  };
  IncomingMessage(store::Store& store, Options options);

  // What is put before the client's octets; not counted.
  void prepend(std::string_view fields) { write(fields); }
  void append(std::string_view octets);
  // With the failure, if there has been one. Call once.
  [[nodiscard]] Result<store::NewMessage> finish();

  [[nodiscard]] const std::string& id() const { return options_.id; }
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  void write(std::string_view octets);
  void give_up(Error error);

  const Options options_;
  std::optional<store::MessageWriter> writer_;  // empty after a failure
  std::optional<Error> failure_;
  std::uint64_t received_ = 0;
};

}  // namespace roost::lmtp
