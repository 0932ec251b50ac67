#include "client/tls_client.h"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/check.h"
#include "net/openssl_error.h"
#include "net/owned_tls_context.h"

namespace roost::client {
namespace {

using Pin = std::string;  // 32 octets
constexpr std::string_view kAlpn = "\x04imap";

std::optional<Pin> parse_pin(std::string_view text) {
  Pin pin;
  if (text.size() == 2 * SHA256_DIGEST_LENGTH) {
    for (std::size_t i = 0; i < text.size(); i += 2) {
      const int high = hex_value(text[i]);
      const int low = hex_value(text[i + 1]);
      if (high < 0 || low < 0) return std::nullopt;
      pin += static_cast<char>(high * 16 + low);
    }
    return pin;
  }
  auto octets = base64::decode(text);
  if (!octets || octets->size() != SHA256_DIGEST_LENGTH) return std::nullopt;
  return octets;
}

Pin key_of(X509* certificate) {
  unsigned char* encoded = nullptr;
  const int size = ::i2d_X509_PUBKEY(::X509_get_X509_PUBKEY(certificate), &encoded);
  if (size <= 0) return {};
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  ::SHA256(encoded, static_cast<std::size_t>(size), hash.data());
  ::OPENSSL_free(encoded);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// In place of the check of the chain.
int check_pin(X509_STORE_CTX* store, void* pins) {
  X509* const certificate = ::X509_STORE_CTX_get0_cert(store);
  const Pin key = certificate != nullptr ? key_of(certificate) : Pin();
  for (const Pin& pin : *static_cast<const std::vector<Pin>*>(pins)) {
    if (pin == key) return 1;
  }
  ::X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

class Client final : public TlsClient {
 public:
  Client(net::OwnedTlsContext context, std::vector<Pin> pins)
      : context_(std::move(context)), pins_(std::move(pins)) {
    if (!pins_.empty()) SSL_CTX_set_cert_verify_callback(context_.get(), check_pin, &pins_);
  }

  [[nodiscard]] net::OwnedSsl new_ssl(const std::string& full_name) const override {
    // A certificate names "mail.example", and never "mail.example." (RFC 6125 section 6.4.1 with
    // RFC 1034 section 3.1).
    const std::string host =
        full_name.ends_with('.') ? full_name.substr(0, full_name.size() - 1) : full_name;
    ROOST_CHECK(!host.empty());  // OpenSSL takes that for any host
    net::OwnedSsl ssl(SSL_new(context_.get()));
    ROOST_CHECK(ssl != nullptr);
    SSL_set_connect_state(ssl.get());
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(ssl.get());
    if (is_address(host)) {
      ROOST_CHECK(X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1);
    } else {
      X509_VERIFY_PARAM_set_hostflags(
          wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
      ROOST_CHECK(X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size()) == 1);
      SSL_set_tlsext_host_name(ssl.get(), host.c_str());
    }
    return ssl;
  }

 private:
  net::OwnedTlsContext context_;
  std::vector<Pin> pins_;
};

}  // namespace

Result<std::unique_ptr<TlsClient>> TlsClient::make(const TlsTrust& trust) {
  std::vector<Pin> pins;
  for (const std::string& text : trust.pins) {
    auto pin = parse_pin(text);
    if (!pin) return fail(ErrorCode::kInvalid, text + " is no SHA-256 of a key");
    pins.push_back(std::move(*pin));
  }
  net::OwnedTlsContext context = net::new_tls_context(TLS_client_method());
  ROOST_CHECK(context != nullptr);
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(raw, reinterpret_cast<const unsigned char*>(kAlpn.data()),
                          static_cast<unsigned>(kAlpn.size()));
  const bool loaded = trust.ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(raw) == 1
                          : SSL_CTX_load_verify_locations(raw, trust.ca_file.c_str(), nullptr) == 1;
  if (!loaded) {
    return fail(ErrorCode::kInvalid, trust.ca_file + ": " + net::take_openssl_error());
  }
  return std::make_unique<Client>(std::move(context), std::move(pins));
}

Problem handshake_problem(const SSL* ssl, const std::string& host) {
  const long result = SSL_get_verify_result(ssl);
  if (result == X509_V_OK) {
    return {ProblemKind::kClosed, host + ": the TLS handshake failed"};
  }
  const std::string why = result == X509_V_ERR_CERT_REJECTED
                              ? "its key is not one of those that are pinned"
                              : ::X509_verify_cert_error_string(result);
  return {ProblemKind::kCertificate, host + ": its certificate is not to be trusted: " + why};
}

}  // namespace roost::client
