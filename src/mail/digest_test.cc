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
  return digest;
}

TEST(Digest, DecodesWhatItEncoded) {
  EXPECT_EQ(decode_digest(encode_digest(sample())), sample());
  EXPECT_EQ(decode_digest(encode_digest(Digest{})), Digest{});
}

TEST(Digest, CostsLittleBesideItsStrings) {
  EXPECT_LE(encode_digest(Digest{}).size(), 9U);
  EXPECT_LE(encode_digest(sample()).size(), 1012U + 40U);
}

TEST(Digest, RefusesWhatIsCutOffOrTooLong) {
  const std::string bytes = encode_digest(sample());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const auto cut = decode_digest(std::string_view(bytes).substr(0, n));
    ASSERT_FALSE(cut) << n;
    EXPECT_EQ(cut.error().code, ErrorCode::kCorruption);
  }
  EXPECT_FALSE(decode_digest(bytes + "x"));
}

TEST(Digest, RefusesOtherVersions) {
  std::string bytes = encode_digest(sample());
  bytes.front() = 2;
  EXPECT_FALSE(decode_digest(bytes));
}

TEST(Digest, RefusesAZoneThatDoesNotFit) {
  std::string bytes = encode_digest(Digest{});
  bytes.replace(4, 1, "\x80\x80\x04");  // version, blob, size, seconds, then the zone: 2^15
  EXPECT_FALSE(decode_digest(bytes));
}

}  // namespace
}  // namespace roost::mail
