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
  return digest;
}

TEST(Digest, DecodesWhatItEncoded) {
  EXPECT_EQ(decode_digest(encode_digest(sample())), sample());
  EXPECT_EQ(decode_digest(encode_digest(Digest{})), Digest{});
}

TEST(Digest, ReadsWhatVersion1Wrote) {
  Digest known = sample();
  known.message_ids.reset();
  std::string bytes = encode_digest(known);
  bytes.front() = 1;
  EXPECT_EQ(decode_digest(bytes), known);
  Digest used = sample();
  ASSERT_TRUE(decode_digest(bytes, used));
  EXPECT_EQ(used, known);
  // It has nothing behind the structure.
  std::string longer = encode_digest(sample());
  longer.front() = 1;
  EXPECT_FALSE(decode_digest(longer));
}

TEST(Digest, PassesOverFieldsOfANewerOne) {
  EXPECT_EQ(decode_digest(encode_digest(sample()) + "\x7f\x01z"), sample());
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
  EXPECT_LE(encode_digest(sample()).size(), 1018U + 40U);
}

TEST(Digest, RefusesWhatIsCutOffOrTooLong) {
  const std::string bytes = encode_digest(sample());
  Digest without = sample();
  without.message_ids.reset();
  const std::size_t end = encode_digest(without).size();  // where optional fields begin
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    if (n == end) continue;
    const auto cut = decode_digest(std::string_view(bytes).substr(0, n));
    ASSERT_FALSE(cut) << n;
    EXPECT_EQ(cut.error().code, ErrorCode::kCorruption);
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

TEST(Digest, RefusesAZoneThatDoesNotFit) {
  std::string bytes = encode_digest(Digest{});
  bytes.replace(4, 1, "\x80\x80\x04");  // version, blob, size, seconds, then the zone: 2^15
  EXPECT_FALSE(decode_digest(bytes));
}

}  // namespace
}  // namespace roost::mail
