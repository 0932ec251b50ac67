// Error to LMTP reply. The switch has no default: a new ErrorCode does not compile until somebody
// has decided here whether mail is to be tried again or returned.
#include "lmtp/reply_from_error.h"

#include "base/check.h"

namespace roost::lmtp {

Reply reply_from_error(const Error& error) {
  switch (error.code) {
    case ErrorCode::kNotFound:
      return {550, "5.1.1", "No such user here"};
    case ErrorCode::kNoPermission:
      return {550, "5.7.1", "Delivery not permitted"};
    case ErrorCode::kOverQuota:
      return {552, "5.2.2", "Mailbox is full"};
    case ErrorCode::kTooBig:
      return {552, "5.3.4", "Message is too big"};
    case ErrorCode::kLimit:
      return {452, "4.3.1", "A limit of this server is reached, try again later"};
    case ErrorCode::kInvalid:
      return {554, "5.6.0", "Message cannot be stored"};
    case ErrorCode::kCancelled:
      return {451, "4.3.2", "Server is going down, try again later"};
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kConflict:
    case ErrorCode::kUnavailable:
    case ErrorCode::kCorruption:
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kInternal:
      return {451, "4.3.0", "Trouble on this server, try again later"};
  }
  ROOST_CHECK(false);
}

}  // namespace roost::lmtp
