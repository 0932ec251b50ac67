#include "mail/digest.h"

#include <gtest/gtest.h>

#include <limits>

namespace roost::mail {
namespace {

Digest sample() {
  Digest digest;
  digest.blob = BlobId(0x123456789abcdef0);
  digest.size = 4096;
  digest.internal_date = {.unix_seconds = -1, .zone_minutes = -210};
  digest.sent_date = std::numeric_limits<std::int64_t>::min();
  digest.envelope = "(NIL NIL)";
  digest.bodystructure = std::string("(\0)", 3);
  digest.structure = std::string(1000, 'x');
  digest.message_ids = std::string("\3a@b", 4);
  digest.preview = "caf\xc3\xa9";
  digest.saved = {.date = {.unix_seconds = 1'700'000'000, .zone_minutes = 60},
                  .thread = ThreadId(300)};
  return digest;
}

TEST(Digest, DecodesWhatItEncoded) {
  EXPECT_EQ(decode_digest(encode_digest(sample())), sample());
  EXPECT_EQ(decode_digest(encode_digest(Digest{})), Digest{});
  Digest nothing_to_show;
  nothing_to_show.preview = "";
  EXPECT_EQ(decode_digest(encode_digest(nothing_to_show)), nothing_to_show);
}

TEST(Digest, HoldsNothingOfTheOneBefore) {
  Digest without = sample();
  without.preview.reset();
  without.message_ids.reset();
  Digest other = sample();
  other.preview = "x";
  Digest digest;
  for (const Digest& next : {sample(), other, without, sample(), Digest{}}) {
    ASSERT_TRUE(decode_digest(encode_digest(next), digest));
    EXPECT_EQ(digest, next);
  }
}

TEST(Digest, ARowIsCopiedWithoutBeingReadWhole) {
  Digest without = sample();
  without.saved = {.date = without.internal_date, .thread = own_thread(without.blob)};
  Digest few = without;
  few.preview.reset();
  few.message_ids.reset();
  for (const Digest& digest : {sample(), without, few, Digest{}}) {
    const std::string bytes = encode_digest(digest);
    const auto head = read_digest_head(bytes);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->blob, digest.blob);
    EXPECT_EQ(head->size, digest.size);
    const auto row = read_digest_row(bytes);
    ASSERT_TRUE(row);
    EXPECT_EQ(row->blob, digest.blob);
    EXPECT_EQ(row->size, digest.size);
    EXPECT_EQ(row->internal_date, digest.internal_date);
    EXPECT_EQ(row->thread, digest.saved.thread);
    for (const Saved& saved :
         {sample().saved, Saved{digest.internal_date, own_thread(digest.blob)}}) {
      Digest copy = digest;
      copy.saved = saved;
      EXPECT_EQ(decode_digest(row->octets + saved_octets(*row, saved)), copy);
    }
  }
}

// What stands before version 2 has no fields; and those of what Saved says may stand anywhere.
TEST(Digest, ARowOfAnyFormIsCopied) {
  Digest digest = sample();
  digest.preview.reset();
  digest.message_ids.reset();
  digest.saved = {.date = digest.internal_date, .thread = own_thread(digest.blob)};
  std::string old = encode_digest(digest);
  old[0] = 1;
  auto row = read_digest_row(old);
  ASSERT_TRUE(row);
  EXPECT_EQ(decode_digest(row->octets + saved_octets(*row, sample().saved))->saved, sample().saved);
  const std::string plain = encode_digest(digest);
  row = read_digest_row(plain + "\2\2\x85\1" + "\3\2hi" + "\1\2\4\2" + "\x7f\1?");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->thread, ThreadId(133));
  EXPECT_EQ(row->octets, plain + "\3\2hi" + "\x7f\1?");
}

TEST(Digest, ARowThatIsCutOffIsRefused) {
  const std::string bytes = encode_digest(sample());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const std::string_view part = std::string_view(bytes).substr(0, n);
    EXPECT_EQ(read_digest_row(part).has_value(), decode_digest(part).has_value()) << n;
  }
  EXPECT_FALSE(read_digest_row(bytes + "x"));
  EXPECT_FALSE(read_digest_row(bytes + "\2\1\x80")) << "a thread that does not end";
  EXPECT_FALSE(read_digest_row(bytes + "\1\1\2")) << "a save date without its zone";
  EXPECT_FALSE(read_digest_head("\2"));
  EXPECT_FALSE(read_digest_head("\3\1\1"));
}

TEST(Digest, SentDateIsTheInternalDatesWhereThereIsNone) {
  Digest digest;
  digest.internal_date.unix_seconds = 5;
  digest.envelope = "(NIL NIL)";
  EXPECT_EQ(sent_date_of(digest), 5);
  digest.envelope = "(\"some day\" NIL)";
  EXPECT_EQ(sent_date_of(digest), 5);
  digest.envelope = "(\"Thu, 1 Jan 1970 00:00:00 +0000\" NIL)";
  EXPECT_EQ(sent_date_of(digest), 0);
  digest.sent_date = 7;
  EXPECT_EQ(sent_date_of(digest), 7);
}

TEST(Digest, CostsLittleBesideItsStrings) {
  EXPECT_LE(encode_digest(Digest{}).size(), 9U);
  EXPECT_LE(encode_digest(sample()).size(), 1018U + 60U);
}

TEST(Digest, RefusesWhatIsCutOffOrTooLong) {
  const std::string bytes = encode_digest(sample());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const auto cut = decode_digest(std::string_view(bytes).substr(0, n));
    if (cut) {
      // Between two of the fields at the end, any of which may be missing.
      EXPECT_EQ(encode_digest(*cut), bytes.substr(0, n));
    } else {
      EXPECT_EQ(cut.error().code, ErrorCode::kCorruption);
    }
  }
  EXPECT_FALSE(decode_digest(bytes + "x"));
}

TEST(Digest, RefusesOtherVersions) {
  std::string bytes = encode_digest(sample());
  for (const char version : {'\0', '\3', '\x7f'}) {
    bytes.front() = version;
    EXPECT_FALSE(decode_digest(bytes));
  }
}

TEST(Digest, ReadsVersion1) {
  Digest digest = sample();
  digest.preview.reset();
  digest.message_ids.reset();
  digest.saved = {.date = digest.internal_date, .thread = own_thread(digest.blob)};
  std::string bytes = encode_digest(digest);  // nothing that version 1 does not know
  bytes.front() = 1;
  EXPECT_EQ(decode_digest(bytes), digest);
  Digest used = sample();
  ASSERT_TRUE(decode_digest(bytes, used));
  EXPECT_EQ(used, digest);
  EXPECT_FALSE(decode_digest(bytes + std::string("\x7f\x00", 2)));  // it had no fields
}

TEST(Digest, PassesOverFieldsItDoesNotKnow) {
  const std::string unknown("\x7f\x03xyz", 5);
  EXPECT_EQ(decode_digest(encode_digest(sample()) + unknown), sample());
  EXPECT_FALSE(decode_digest(encode_digest(sample()) + unknown.substr(0, 4)));
}

TEST(Digest, RefusesMalformedFields) {
  const std::string bytes = encode_digest(Digest{});
  EXPECT_FALSE(decode_digest(bytes + std::string("\x01\x01\x00", 3)));      // a date, no zone
  EXPECT_FALSE(decode_digest(bytes + std::string("\x02\x02\x00\x00", 4)));  // two numbers
}

TEST(Digest, RefusesAZoneThatDoesNotFit) {
  std::string bytes = encode_digest(Digest{});
  bytes.replace(4, 1, "\x80\x80\x04");  // version, blob, size, seconds, then the zone: 2^15
  EXPECT_FALSE(decode_digest(bytes));
}

}  // namespace
}  // namespace roost::mail
