// Errors as values. A function that can fail returns Result<T>; the code says what went wrong in
// the terms of the domain, the detail says it in words for a log or a person. Exactly two files
// turn codes into words for the wire: imap/status_from_error.cc and lmtp/reply_from_error.cc.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace roost {

enum class ErrorCode : std::uint8_t {
  kNotFound,         // no such account, mailbox, message or blob
  kAlreadyExists,    // the name is taken
  kNoPermission,     // the account may not do that
  kOverQuota,        // the account or mailbox is full
  kTooBig,           // one message or argument is over its limit
  kLimit,            // a count is over its limit (connections, keywords, …)
  kConflict,         // somebody else changed it first
  kUnavailable,      // trouble of ours that may pass: disk full, shutting down
  kCorruption,       // what is stored contradicts itself
  kInvalid,          // the request makes no sense (syntax, range, unknown charset)
  kUnauthenticated,  // wrong name or password
  kCancelled,        // the connection or server went away meanwhile
  kInternal,         // a library failed in a way nobody foresaw
};

[[nodiscard]] std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string detail;
};

template <typename T>
using Result = std::expected<T, Error>;

// return fail(ErrorCode::kNotFound, "mailbox does not exist");
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string detail) {
  return std::unexpected(Error{code, std::move(detail)});
}
[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

}  // namespace roost
