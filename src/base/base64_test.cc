#include "base/base64.h"

#include <gtest/gtest.h>

#include <utility>

namespace roost {
namespace {

TEST(Base64, Rfc4648Section10) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [octets, text] : vectors) {
    EXPECT_EQ(encode_base64(octets), text);
    EXPECT_EQ(decode_base64(text), octets);
  }
}

TEST(Base64, EveryOctetSurvives) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (int cut = 0; cut < 3; ++cut) {
    all.pop_back();
    EXPECT_EQ(decode_base64(encode_base64(all)), all);
  }
  EXPECT_EQ(encode_base64("\xfb\xff\xbf"), "+/+/");
}

TEST(Base64, IsStrict) {
  for (const char* text : {"=", "==", "====", "A", "AA", "AAA", "A===", "AAAA=", "AA=A", "=AAA",
                           "AAA=AAAA", "AA A", "AAAA\r\n", "AA-_", "AB==", "AAB=", "Zg==Zg=="}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace roost
