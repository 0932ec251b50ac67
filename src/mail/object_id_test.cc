#include "mail/object_id.h"

#include <gtest/gtest.h>

#include <limits>

namespace roost::mail {
namespace {

TEST(ObjectId, IsALetterAndANumber) {
  EXPECT_EQ(mailbox_id(MailboxId(255), UidValidity(16)), "Fff-10");
  EXPECT_EQ(email_id(BlobId(0xabc)), "Mabc");
  EXPECT_EQ(thread_id(ThreadId(0xabc)), "Tabc");
}

TEST(ObjectId, IsFoundByWhatWasWritten) {
  for (const std::uint64_t n : {std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(email_named(email_id(BlobId(n))), BlobId(n));
    EXPECT_EQ(thread_named(thread_id(ThreadId(n))), ThreadId(n));
  }
}

TEST(ObjectId, IsNothingElse) {
  for (const std::string_view id : {"", "T", "M12", "12", "T0", "TAB", "T01", "T-1", "T1 ", "T1g",
                                    "T10000000000000000", "t1"}) {
    EXPECT_EQ(thread_named(id), std::nullopt) << id;
  }
  EXPECT_EQ(email_named("T1"), std::nullopt);
}

}  // namespace
}  // namespace roost::mail
