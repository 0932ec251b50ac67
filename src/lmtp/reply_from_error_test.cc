#include "lmtp/reply_from_error.h"

#include <gtest/gtest.h>

namespace roost::lmtp {
namespace {

std::string code_and_status(ErrorCode code) {
  const Reply reply = reply_from_error({code, "detail"});
  return std::to_string(reply.code) + " " + std::string(reply.status);
}

TEST(ReplyFromError, ReturnsWhatTheSenderMustKnow) {
  EXPECT_EQ(code_and_status(ErrorCode::kNotFound), "550 5.1.1");
  EXPECT_EQ(code_and_status(ErrorCode::kOverQuota), "552 5.2.2");
  EXPECT_EQ(code_and_status(ErrorCode::kTooBig), "552 5.3.4");
}

TEST(ReplyFromError, KeepsInTheQueueWhatIsOurTrouble) {
  for (ErrorCode code : {ErrorCode::kConflict, ErrorCode::kUnavailable, ErrorCode::kCorruption,
                         ErrorCode::kCancelled, ErrorCode::kInternal, ErrorCode::kLimit}) {
    const Reply reply = reply_from_error({code, "detail"});
    EXPECT_EQ(reply.code / 100, 4) << to_string(code);
  }
}

TEST(ReplyFromError, HasAStatusOfTheSameClassAndKeepsTheDetailToItself) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
    const Reply reply = reply_from_error({static_cast<ErrorCode>(i), "/var/lib/secret"});
    EXPECT_EQ(reply.status.front(), std::to_string(reply.code).front());
    EXPECT_EQ(reply.text.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace roost::lmtp
