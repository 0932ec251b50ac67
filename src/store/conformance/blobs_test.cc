// Blobs: what was written is read, copies share it, and it goes when nothing refers to it.
#include "store/conformance/store_fixture.h"

namespace roost::store {
namespace {

class BlobsTest : public StoreTest {
 protected:
  mail::BlobId blob_of(mail::MailboxId mailbox, std::uint32_t uid) {
    return must(store.digest(mailbox, mail::Uid(uid))).blob;
  }
  Batch copy_to(mail::MailboxId to, mail::MailboxId from, std::uint32_t uid) {
    return copies_for(store, to, from, uids({uid}));
  }
};
ROOST_FOR_EVERY_BACKEND(BlobsTest);

// Octets that differ from place to place, longer than any chunk.
std::string long_octets(std::size_t size) {
  std::string octets;
  for (std::uint32_t i = 0; octets.size() < size; ++i) octets += std::to_string(i * 2'654'435'761u);
  octets.resize(size);
  return octets;
}

TEST_P(BlobsTest, ReadsPieces) {
  append(store, inbox, "0123456789");
  const mail::BlobId blob = blob_of(inbox, 1);
  EXPECT_EQ(must(store.read_blob(blob, 0, 10)), "0123456789");
  EXPECT_EQ(must(store.read_blob(blob, 3, 4)), "3456");
  EXPECT_EQ(must(store.read_blob(blob, 8, 100)), "89");
  EXPECT_EQ(must(store.read_blob(blob, 10, 1)), "");
  EXPECT_EQ(must(store.read_blob(blob, ~std::uint64_t{0}, ~std::uint64_t{0})), "");
  EXPECT_EQ(must(store.read_blob(blob, 2, ~std::uint64_t{0})), "23456789");
  EXPECT_EQ(must(store.read_blob(blob, 0, 0)), "");
  EXPECT_EQ(code_of(store.read_blob(mail::BlobId(999'999'999), 0, 1)), ErrorCode::kNotFound);
}

TEST_P(BlobsTest, TakesPiecesOfAnySize) {
  const std::string octets = long_octets(3'000'000);
  const auto writer = store.new_blob();
  std::size_t piece = 1;
  for (std::size_t at = 0; at < octets.size(); at += piece, piece = piece * 3 % 700'001) {
    must(writer->append(std::string_view(octets).substr(at, piece)));
  }
  Batch batch = batch_for(inbox);
  batch.messages.push_back(message(store, "stand-in"));
  batch.messages[0].blob = must(writer->finish());
  batch.messages[0].digest.blob = batch.messages[0].blob.id();
  batch.messages[0].digest.size = octets.size();
  must(store.commit(batch));
  const mail::BlobId blob = blob_of(inbox, 1);
  EXPECT_TRUE(must(store.read_blob(blob, 0, octets.size())) == octets);
  EXPECT_TRUE(must(store.read_blob(blob, 262'100, 100)) == octets.substr(262'100, 100));
  EXPECT_TRUE(must(store.read_blob(blob, 2'999'999, 100)) == octets.substr(2'999'999));
}

// Sizes at and around the edges of chunks.
TEST_P(BlobsTest, KeepsEverySize) {
  for (const std::size_t size : {0u, 1u, 262'143u, 262'144u, 262'145u, 524'288u, 524'289u}) {
    const std::string octets = long_octets(size);
    const auto uid = append(store, inbox, octets).assigned.ranges()[0].first;
    EXPECT_TRUE(must(store.read_blob(blob_of(inbox, uid.value), 0, size + 10)) == octets) << size;
  }
}

TEST_P(BlobsTest, CanBeReadBeforeItIsCommitted) {
  const BlobRef small = write_blob(store, "small");
  const BlobRef big = write_blob(store, long_octets(600'000));
  EXPECT_EQ(must(store.read_blob(small.id(), 1, 3)), "mal");
  EXPECT_EQ(must(store.read_blob(big.id(), 0, 600'000)), long_octets(600'000));
}

TEST_P(BlobsTest, ACopySharesTheOctets) {
  const mail::MailboxId other = must(store.create_mailbox(alice, "other", {})).id;
  append(store, inbox, "shared");
  must(store.commit(copy_to(other, inbox, 1)));
  expunge(store, inbox, uids({1}));
  must(store.sweep());
  EXPECT_EQ(must(store.read_blob(blob_of(other, 1), 0, 10)), "shared");
  EXPECT_EQ(must(store.check()).blobs, 1u);

  const mail::BlobId blob = blob_of(other, 1);
  must(store.delete_mailbox(alice, "other"));
  must(store.sweep());
  EXPECT_EQ(code_of(store.read_blob(blob, 0, 10)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.pin_blob(blob)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.pin_blob_of(other, mail::Uid(1), blob)), ErrorCode::kNotFound);
  EXPECT_EQ(must(store.check()).blobs, 0u);
}

TEST_P(BlobsTest, IsPinnedWhenTheMessageIsGoneAndAnotherHasIt) {
  const mail::MailboxId other = must(store.create_mailbox(alice, "other", {})).id;
  append(store, inbox, "shared");
  must(store.commit(copy_to(other, inbox, 1)));
  const mail::BlobId blob = blob_of(inbox, 1);
  expunge(store, inbox, uids({1}));
  EXPECT_EQ(must(store.pin_blob_of(inbox, mail::Uid(1), blob)).id(), blob);
}

TEST_P(BlobsTest, IsNotPinnedWhenNoMessageHasIt) {
  append(store, inbox, "going");
  const mail::BlobId blob = blob_of(inbox, 1);
  EXPECT_EQ(must(store.pin_blob_of(inbox, mail::Uid(1), blob)).id(), blob);
  expunge(store, inbox, uids({1}));
  EXPECT_EQ(code_of(store.pin_blob_of(inbox, mail::Uid(1), blob)), ErrorCode::kNotFound);
  must(store.sweep());
  EXPECT_EQ(code_of(store.pin_blob_of(inbox, mail::Uid(1), blob)), ErrorCode::kNotFound);
}

TEST_P(BlobsTest, OneWrittenBlobServesManyMessages) {
  const mail::MailboxId other = must(store.create_mailbox(alice, "other", {})).id;
  const NewMessage shared = message(store, "for all");
  for (const mail::MailboxId mailbox : {inbox, other, inbox}) {
    Batch batch = batch_for(mailbox);
    batch.messages = {shared, shared};
    must(store.commit(batch));
  }
  EXPECT_EQ(must(store.status(inbox)).messages, 4u);
  EXPECT_EQ(must(store.check()).blobs, 1u);
  expunge(store, inbox, uids({1, 2, 3}));
  must(store.sweep());
  EXPECT_EQ(must(store.read_blob(blob_of(inbox, 4), 0, 10)), "for all");
}

TEST_P(BlobsTest, WhatNothingRefersToIsPinnedOnlyWhileItIsHeld) {
  append(store, inbox, "going");
  const mail::BlobId blob = blob_of(inbox, 1);
  {
    const BlobRef held = must(store.pin_blob_of(inbox, mail::Uid(1), blob));
    expunge(store, inbox, uids({1}));
    must(store.sweep());
    EXPECT_EQ(must(store.pin_blob(blob)).id(), blob);
    EXPECT_EQ(must(store.pin_blob_of(inbox, mail::Uid(1), blob)).id(), blob);
  }
  EXPECT_EQ(code_of(store.pin_blob(blob)), ErrorCode::kNotFound) << "swept or not";
}

TEST_P(BlobsTest, APinHoldsWhatNothingElseHolds) {
  append(store, inbox, "held");
  Batch copy = copy_to(inbox, inbox, 1);
  expunge(store, inbox, uids({1}));
  must(store.sweep());
  EXPECT_EQ(must(store.commit(copy)).assigned, uids({2}));
  copy.copies.clear();
  must(store.sweep());
  EXPECT_EQ(must(store.read_blob(blob_of(inbox, 2), 0, 10)), "held");
}

TEST_P(BlobsTest, AnUnusedBlobIsSwept) {
  mail::BlobId small, big;
  {
    const BlobRef a = write_blob(store, "unused"), b = write_blob(store, long_octets(600'000));
    small = a.id(), big = b.id();
    must(store.sweep());
    EXPECT_EQ(must(store.read_blob(big, 599'999, 10)).size(), 1u) << "not while it is held";
  }
  {
    const auto dropped = store.new_blob();
    must(dropped->append(long_octets(600'000)));
    must(store.sweep());
  }
  must(store.sweep());
  EXPECT_EQ(code_of(store.read_blob(small, 0, 1)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(store.read_blob(big, 0, 1)), ErrorCode::kNotFound);
  EXPECT_EQ(must(store.check()).blobs, 0u);
}

TEST_P(BlobsTest, ACommitOfAnUnheldBlobIsRefused) {
  Batch batch = batch_for(inbox);
  batch.messages.push_back({BlobRef(mail::BlobId(999'999), nullptr), {}, {}});
  batch.messages[0].digest.blob = mail::BlobId(999'999);
  EXPECT_EQ(code_of(store.commit(batch)), ErrorCode::kNotFound);
  EXPECT_EQ(must(store.status(inbox)).messages, 0u);
}

}  // namespace
}  // namespace roost::store
