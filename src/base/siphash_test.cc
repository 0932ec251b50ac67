#include "base/siphash.h"

#include <gtest/gtest.h>

#include <string>

namespace roost {
namespace {

// The key and texts of the reference implementation's vectors: octets 00, 01, 02 …
constexpr HashKey kKey{.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};

std::string ascending(std::size_t octets) {
  std::string text;
  for (std::size_t i = 0; i < octets; ++i) text.push_back(static_cast<char>(i));
  return text;
}

TEST(SipHash, AgreesWithTheReferenceVectors) {
  EXPECT_EQ(siphash(kKey, ""), (Hash128{.low = 0xe6a825ba047f81a3, .high = 0x930255c71472f66d}));
  EXPECT_EQ(siphash(kKey, ascending(1)),
            (Hash128{.low = 0x44af996bd8c187da, .high = 0x45fc229b11597634}));
}

TEST(SipHash, EveryOctetAndTheKeyCount) {
  for (std::size_t n = 1; n < 40; ++n) {
    const std::string text = ascending(n);
    for (std::size_t i = 0; i < n; ++i) {
      std::string other = text;
      other[i] ^= 1;
      EXPECT_NE(siphash(kKey, text), siphash(kKey, other));
    }
    EXPECT_NE(siphash(kKey, text), siphash(HashKey{}, text));
  }
}

}  // namespace
}  // namespace roost
