// The certificate of a server that was given none: good for trying out and for encryption, not for
// authentication.
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string_view>

#include "net/openssl_error.h"
#include "net/replace_file.h"
#include "net/tls_context.h"

namespace roost::net {

namespace {

constexpr long kTenYears = 3650L * 24 * 60 * 60;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::string subject_names() {
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (const std::string host = host_name(); !host.empty() && host != "localhost") {
    names += ",DNS:" + host;
  }
  return names;
}

// Null with OpenSSL's error set.
Certificate make_certificate(EVP_PKEY* key) {
  Certificate certificate(X509_new());
  X509* raw = certificate.get();
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_NAME* name = X509_get_subject_name(raw);
  const bool made = X509_set_version(raw, X509_VERSION_3) == 1 &&
                    ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), serial >> 1) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(raw), 0) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(raw), kTenYears) != nullptr &&
                    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                               reinterpret_cast<const unsigned char*>("localhost"),
                                               -1, -1, 0) == 1 &&
                    X509_set_issuer_name(raw, name) == 1 && X509_set_pubkey(raw, key) == 1 &&
                    add_extension(raw, NID_subject_alt_name, subject_names()) &&
                    add_extension(raw, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(raw, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(raw, NID_ext_key_usage, "serverAuth") &&
                    X509_sign(raw, key, EVP_sha256()) != 0;
  if (!made) certificate.reset();
  return certificate;
}

template <typename Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  write(bio.get());
  char* octets = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &octets);
  return {octets, static_cast<std::size_t>(length)};
}

}  // namespace

Result<void> make_self_signed(const TlsFiles& files) {
  if (exists(files.certificate) && exists(files.key)) return {};
  ERR_clear_error();
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = key ? make_certificate(key.get()) : nullptr;
  if (!certificate) return fail(ErrorCode::kInternal, take_openssl_error());

  // The key first: stopped between the two, the next start finds no pair and makes a new one.
  ::unlink(files.certificate.c_str());
  const auto key_written = replace_file(files.key, to_pem([&](BIO* bio) {
                                          PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr,
                                                                   0, nullptr, nullptr);
                                        }),
                                        0600);
  if (!key_written) return key_written;
  return replace_file(files.certificate,
                      to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); }), 0644);
}

}  // namespace roost::net
