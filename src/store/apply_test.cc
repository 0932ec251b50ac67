// What the conformance suite cannot reach: numbers at their end, and a delivery without a view.
#include "store/apply.h"

#include <gtest/gtest.h>

namespace roost::store {
namespace {

Batch delivery(std::size_t messages) {
  Batch batch{.mailbox = mail::MailboxId(1), .flags = {}, .expunge = {}, .messages = {}};
  batch.messages.resize(messages);
  for (NewMessage& message : batch.messages) message.digest.size = 10;
  return batch;
}

TEST(ApplyTest, ADeliveryNeedsNoView) {
  const MailboxHeader header = new_mailbox_header(mail::UidValidity(7));
  EXPECT_FALSE(needs_view(delivery(2)));
  const auto applied = apply(header, nullptr, delivery(2));
  ASSERT_TRUE(applied);
  EXPECT_EQ(applied->header.status.messages, 2u);
  EXPECT_EQ(applied->header.status.unseen, 2u);
  EXPECT_EQ(applied->header.status.recent, 2u);
  EXPECT_EQ(applied->header.status.size, 20u);
  EXPECT_EQ(applied->header.status.uid_next, mail::Uid(3));
  EXPECT_EQ(applied->header.status.highest_modseq, mail::ModSeq(2));
  EXPECT_EQ(committed_of(*applied).assigned.to_string(), "1:2");
}

TEST(ApplyTest, UidsEndSomewhere) {
  MailboxHeader header = new_mailbox_header(mail::UidValidity(7));
  header.status.uid_next = mail::Uid(0xfffffffe);
  EXPECT_TRUE(apply(header, nullptr, delivery(1)));
  const auto too_many = apply(header, nullptr, delivery(2));
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().code, ErrorCode::kLimit);
}

TEST(ApplyTest, KeywordsOfARefusedBatchStayUnknown) {
  MailboxHeader header = new_mailbox_header(mail::UidValidity(7));
  header.status.uid_next = mail::Uid(0xffffffff);
  Batch batch = delivery(1);
  batch.messages[0].flags.keywords = {"new"};
  EXPECT_FALSE(apply(header, nullptr, batch));
  EXPECT_TRUE(header.keywords->names().empty());
}

}  // namespace
}  // namespace roost::store
