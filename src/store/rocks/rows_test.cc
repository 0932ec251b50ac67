#include "store/rocks/rows.h"

#include <gtest/gtest.h>

#include "store/rocks/keys.h"

namespace roost::store {
namespace {

using mail::ModSeq;
using mail::Uid;

// Every cut of bytes, and bytes with one more octet, is refused.
template <typename Decode>
void expect_only_whole(const std::string& bytes, Decode decode) {
  EXPECT_TRUE(decode(bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = decode(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, ErrorCode::kCorruption);
  }
  EXPECT_FALSE(decode(bytes + "x"));
  std::string newer = bytes;
  newer[0] = 9;
  EXPECT_FALSE(decode(newer));
}

TEST(RowsTest, KeepsAccounts) {
  const Account account{mail::AccountId(5), "Alice", std::string("$y$\0x", 5)};
  const std::string bytes = encode_account(account);
  const auto decode = [](std::string_view b) { return decode_account(mail::AccountId(5), b); };
  EXPECT_EQ(decode(bytes)->name, "Alice");
  EXPECT_EQ(decode(bytes)->password_hash, account.password_hash);
  EXPECT_EQ(decode(bytes)->id, account.id);
  expect_only_whole(bytes, decode);
}

TEST(RowsTest, KeepsMailboxes) {
  const Mailbox mailbox{.id = mail::MailboxId(1'000'000'000'000),
                        .name = "a/b",
                        .uid_validity = mail::UidValidity(0xffffffff),
                        .special_use = mail::SpecialUse::kTrash,
                        .selectable = false};
  const std::string bytes = encode_mailbox(mailbox);
  const auto decode = [](std::string_view b) { return decode_mailbox("a/b", b); };
  const Mailbox read = *decode(bytes);
  EXPECT_EQ(read.id, mailbox.id);
  EXPECT_EQ(read.name, "a/b");
  EXPECT_EQ(read.uid_validity, mailbox.uid_validity);
  EXPECT_EQ(read.special_use, mailbox.special_use);
  EXPECT_FALSE(read.selectable);
  expect_only_whole(bytes, decode);
}

TEST(RowsTest, KeepsHeaders) {
  MailboxHeader header;
  header.status = {.uid_validity = mail::UidValidity(1),
                   .uid_next = Uid(0xffffffff),
                   .highest_modseq = ModSeq(~std::uint64_t{0}),
                   .messages = 4,
                   .unseen = 5,
                   .recent = 6,
                   .first_unseen = mail::SeqNum(3),
                   .deleted = 7,
                   .size = 1'000'000'000'000};
  header.recent_floor = Uid(9);
  header.log_floor = ModSeq(10);
  header.log_rows = 11;
  header.keywords = std::make_shared<mail::KeywordTable>(std::vector<std::string>{"a", "", "c"});
  const std::string bytes = encode_header(header);
  const MailboxHeader read = *decode_header(bytes);
  EXPECT_EQ(encode_header(read), bytes);
  EXPECT_EQ(read.status.size, 1'000'000'000'000u);
  EXPECT_EQ(read.status.deleted, 7u);
  EXPECT_EQ(read.log_rows, 11u);
  EXPECT_EQ(read.status.first_unseen, mail::SeqNum(3));
  EXPECT_TRUE(read.first_unseen_known);
  EXPECT_EQ(read.keywords->names(), header.keywords->names());
  expect_only_whole(bytes, decode_header);
}

TEST(RowsTest, ReadsHeadersOfVersion1) {
  const std::string version_1("\x01\x07\x03\x05\x02\x01\x01\x00\x09\x02\x00\x00\x01\x01k", 15);
  const MailboxHeader read = *decode_header(version_1);
  EXPECT_EQ(read.status.uid_validity, mail::UidValidity(7));
  EXPECT_EQ(read.status.messages, 2u);
  EXPECT_EQ(read.status.unseen, 1u);
  EXPECT_EQ(read.keywords->names(), std::vector<std::string>{"k"});
  EXPECT_FALSE(read.first_unseen_known);
}

TEST(RowsTest, KeepsFlags) {
  const mail::MessageEntry entry{Uid(7), {31, ~std::uint64_t{0}}, ModSeq(1'000'000)};
  const std::string bytes = encode_state(entry);
  const auto decode = [](std::string_view b) { return decode_state(Uid(7), b); };
  EXPECT_EQ(*decode(bytes), entry);
  expect_only_whole(bytes, decode);
}

TEST(RowsTest, KeepsExpunges) {
  mail::UidSet uids;
  uids.add(Uid(1));
  uids.add(mail::UidRange{Uid(5), Uid(9)});
  uids.add(mail::UidRange{Uid(0xfffffff0), Uid(0xffffffff)});
  const std::string bytes = encode_expunged(uids);
  EXPECT_EQ(*decode_expunged(bytes), uids);
  expect_only_whole(bytes, decode_expunged);
  EXPECT_TRUE(decode_expunged(encode_expunged({}))->empty());
}

TEST(RowsTest, KeepsNumbers) {
  EXPECT_EQ(*decode_number(encode_number(~std::uint64_t{0})), ~std::uint64_t{0});
  expect_only_whole(encode_number(300), decode_number);
}

TEST(KeysTest, OrderAsTheirNumbersDo) {
  const mail::MailboxId one(1), two(2);
  EXPECT_LT(message_key(one, Uid(255)), message_key(one, Uid(256)));
  EXPECT_LT(message_key(one, Uid(0xffffffff)), message_key(two, Uid(1)));
  EXPECT_LT(log_key(one, ModSeq(0xff)), log_key(one, ModSeq(0x100)));
  EXPECT_EQ(read_big_endian<std::uint32_t>(message_key(two, Uid(0xfedcba98)), 8), 0xfedcba98);
  EXPECT_EQ(
      read_big_endian<std::uint64_t>(message_key(mail::MailboxId(~std::uint64_t{0}), Uid(1)), 0),
      ~std::uint64_t{0});
  EXPECT_EQ(message_key(one, Uid(1)).size(), kMessageKeySize);
  EXPECT_EQ(link_key(mail::BlobId(1), one, Uid(1)).size(), kLinkKeySize);
}

TEST(KeysTest, TheKeyAfterAPrefix) {
  EXPECT_EQ(key_after("a"), "b");
  EXPECT_EQ(key_after("a\xff\xff"), "b");
  EXPECT_EQ(key_after("\xff"), "");
  EXPECT_EQ(key_after(""), "");
}

}  // namespace
}  // namespace roost::store
