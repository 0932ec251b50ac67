#include "imap/status_from_error.h"

namespace roost::imap {

namespace {

struct Status {
  Condition condition;
  std::string_view code;
};

Status status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotFound:
      return {Condition::kNo, "NONEXISTENT"};
    case ErrorCode::kAlreadyExists:
      return {Condition::kNo, "ALREADYEXISTS"};
    case ErrorCode::kNoPermission:
      return {Condition::kNo, "NOPERM"};
    case ErrorCode::kOverQuota:
      return {Condition::kNo, "OVERQUOTA"};
    case ErrorCode::kTooBig:
      return {Condition::kNo, "TOOBIG"};
    case ErrorCode::kLimit:
      return {Condition::kNo, "LIMIT"};
    case ErrorCode::kConflict:
      return {Condition::kNo, "INUSE"};
    case ErrorCode::kUnavailable:
      return {Condition::kNo, "UNAVAILABLE"};
    case ErrorCode::kCorruption:
      return {Condition::kNo, "CORRUPTION"};
    case ErrorCode::kInvalid:
      return {Condition::kBad, ""};
    case ErrorCode::kUnauthenticated:
      return {Condition::kNo, "AUTHENTICATIONFAILED"};
    case ErrorCode::kCancelled:
      return {Condition::kNo, "UNAVAILABLE"};
    case ErrorCode::kInternal:
      return {Condition::kNo, "SERVERBUG"};
  }
  return {Condition::kNo, "SERVERBUG"};
}

}  // namespace

Session::Reply status_from_error(const Error& error) {
  const Status status = status_of(error.code);
  return {status.condition, std::string(status.code),
          error.detail.empty() ? std::string(to_string(error.code)) : error.detail};
}

}  // namespace roost::imap
