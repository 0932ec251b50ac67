#include "client/tls_client.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace roost::client {
namespace {

TEST(TlsClient, AFullyQualifiedNameIsTheSame) {
  const net::OwnedSsl ssl = TlsClient::make({}).value()->new_ssl("mail.example.");
  EXPECT_STREQ(X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl.get()), 0), "mail.example");
  EXPECT_STREQ(SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name), "mail.example");
}

TEST(TlsClient, PinsAreChecked) {
  for (const char* pin : {"", "abc", "zz", "AAAA"}) {
    EXPECT_EQ(TlsClient::make({.pins = {pin}}).error().code, ErrorCode::kInvalid) << pin;
  }
  EXPECT_TRUE(
      TlsClient::make({.pins = {"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}}).has_value());
  EXPECT_EQ(TlsClient::make({.ca_file = "/nowhere"}).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace roost::client
