// SCRAM-SHA-256 (RFC 5802 section 5, RFC 7677), the client's side:
//
//   client-first  "n,,n=" saslname ",r=" nonce
//   server-first  "r=" nonce ",s=" base64 ",i=" number
//   client-final  "c=biws,r=" nonce ",p=" base64
//   server-final  "v=" base64 / "e=" error
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/check.h"
#include "base/utf8.h"
#include "client/sasl_client.h"

namespace roost::client {
namespace {

// Fewer make a stolen proof cheap to try passwords on; more would let a server keep us busy, for
// the better part of a second as it is.
constexpr int kLeastIterations = 4'096;
constexpr int kMostIterations = 1'000'000;
constexpr std::string_view kNoBinding = "n,,";

using Hash = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Hash hmac(const Hash& key, std::string_view text) {
  Hash result{};
  unsigned length = 0;
  ROOST_CHECK(::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(text),
                     text.size(), result.data(), &length) != nullptr);
  return result;
}

std::string_view text_of(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

struct Wiped : std::vector<UChar> {
  using vector::vector;
  ~Wiped() { ::OPENSSL_cleanse(data(), size() * sizeof(UChar)); }
};

// SASLprep. ASCII without control characters is as it is, with ICU or without. options: whether
// what Unicode had not assigned then is allowed.
Result<std::string> sasl_prep(std::string_view text, std::int32_t options) {
  const auto prohibited = [] {
    return fail(ErrorCode::kInvalid, "characters that SASL prohibits");
  };
  if (!is_utf8(text)) return prohibited();
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UStringPrepProfile, decltype(&::usprep_close)> profile(
      ::usprep_openByType(USPREP_RFC4013_SASLPREP, &status), &::usprep_close);
  ROOST_CHECK(U_SUCCESS(status));  // its tables are part of the library
  Wiped wide(text.size() + 1);
  std::int32_t length = 0;
  ::u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &length, text.data(),
                  static_cast<std::int32_t>(text.size()), &status);
  // NFKC makes no character more than eighteen.
  Wiped prepared(wide.size() * 18);
  length = ::usprep_prepare(profile.get(), wide.data(), length, prepared.data(),
                            static_cast<std::int32_t>(prepared.size()), options, nullptr, &status);
  if (U_FAILURE(status)) return prohibited();
  std::string result(static_cast<std::size_t>(length) * 3, '\0');
  std::int32_t narrow = 0;
  ::u_strToUTF8(result.data(), static_cast<std::int32_t>(result.size()), &narrow, prepared.data(),
                length, &status);
  if (U_FAILURE(status)) return prohibited();
  result.resize(static_cast<std::size_t>(narrow));
  return result;
}

// The value of attribute "x=" at the front of a message, which is taken off with its comma.
std::optional<std::string_view> take_attribute(std::string_view& message, char name) {
  if (message.size() < 2 || message[0] != name || message[1] != '=') return std::nullopt;
  const std::size_t end = message.find(',');
  const std::string_view value = message.substr(2, end == std::string_view::npos ? end : end - 2);
  message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  return value;
}

class ScramSha256 final : public SaslClient {
 public:
  ScramSha256(std::string first, std::string nonce, Secret password)
      : first_(std::move(first)), nonce_(std::move(nonce)), password_(std::move(password)) {}

  [[nodiscard]] std::string_view name() const override { return "SCRAM-SHA-256"; }
  [[nodiscard]] Secret initial_response() override { return std::string(kNoBinding) + first_; }
  [[nodiscard]] Result<std::string> respond(std::string_view challenge) override {
    switch (state_) {
      case State::kFirst:
        return server_first(challenge);
      case State::kFinal:
        return server_final(challenge);
      case State::kProved:
        break;
    }
    return fail(ErrorCode::kInvalid, "the server goes on after the end of SCRAM");
  }
  [[nodiscard]] Result<void> succeeded() const override {
    if (state_ == State::kProved) return {};
    return fail(ErrorCode::kUnauthenticated,
                "the server has not proved that it knows the password");
  }
  [[nodiscard]] std::string_view refusal() const override { return refusal_; }

 private:
  enum class State : std::uint8_t { kFirst, kFinal, kProved };
  Result<std::string> server_first(std::string_view message);
  Result<std::string> server_final(std::string_view message);

  State state_ = State::kFirst;
  std::string first_;  // client-first-message-bare
  std::string nonce_;
  Secret password_;  // until it is not needed any more
  std::string server_signature_;
  std::string refusal_;
};

Result<std::string> ScramSha256::server_first(std::string_view message) {
  const std::string_view whole = message;
  const auto nonce = take_attribute(message, 'r');
  const auto salt_text = take_attribute(message, 's');
  const auto iterations_text = take_attribute(message, 'i');
  const auto salt = salt_text ? base64::decode(*salt_text) : std::nullopt;
  int iterations = 0;
  if (iterations_text) {
    const char* const end = iterations_text->data() + iterations_text->size();
    const auto [read, error] = std::from_chars(iterations_text->data(), end, iterations);
    if (error != std::errc() || read != end) iterations = 0;
  }
  if (!nonce || !salt || salt->empty() || !nonce->starts_with(nonce_) ||
      nonce->size() == nonce_.size()) {
    return fail(ErrorCode::kInvalid, "the server's first SCRAM message is malformed");
  }
  if (iterations < kLeastIterations || iterations > kMostIterations) {
    return fail(ErrorCode::kInvalid, "the server wants an unreasonable number of SCRAM iterations");
  }
  Hash salted{};
  ROOST_CHECK(::PKCS5_PBKDF2_HMAC(password_.view().data(),
                                  static_cast<int>(password_.view().size()), octets(*salt),
                                  static_cast<int>(salt->size()), iterations, ::EVP_sha256(),
                                  static_cast<int>(salted.size()), salted.data()) == 1);
  password_.clear();
  const std::string final_without_proof =
      "c=" + base64::encode(kNoBinding) + ",r=" + std::string(*nonce);
  const std::string auth_message = first_ + "," + std::string(whole) + "," + final_without_proof;

  Hash proof = hmac(salted, "Client Key");
  Hash stored{};
  ::SHA256(proof.data(), proof.size(), stored.data());
  const Hash signature = hmac(stored, auth_message);
  for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= signature[i];
  server_signature_ = text_of(hmac(hmac(salted, "Server Key"), auth_message));
  ::OPENSSL_cleanse(salted.data(), salted.size());  // as good as the password, with this server
  state_ = State::kFinal;
  return final_without_proof + ",p=" + base64::encode(text_of(proof));
}

Result<std::string> ScramSha256::server_final(std::string_view message) {
  if (const auto error = take_attribute(message, 'e')) {
    refusal_ = *error;
    return std::string();  // the tagged NO follows
  }
  const auto verifier = take_attribute(message, 'v');
  if (!verifier || base64::decode(*verifier) != server_signature_) {
    return fail(ErrorCode::kUnauthenticated, "the server does not know the password");
  }
  state_ = State::kProved;
  return std::string();
}

}  // namespace

Result<std::unique_ptr<SaslClient>> sasl_scram_sha_256(const Credentials& credentials,
                                                       std::string nonce) {
  // RFC 5802 section 5.1: a query string; section 2.2: a stored string.
  auto user = sasl_prep(credentials.user, USPREP_ALLOW_UNASSIGNED);
  if (!user) return fail(user.error());
  auto password = sasl_prep(credentials.secret.view(), USPREP_DEFAULT);
  if (!password) return fail(password.error());
  std::string first = "n=" + sasl_name(*user) + ",r=" + nonce;
  return std::make_unique<ScramSha256>(std::move(first), std::move(nonce), std::move(*password));
}

std::string scram_nonce() {
  std::array<unsigned char, 24> random{};
  ROOST_CHECK(::RAND_bytes(random.data(), static_cast<int>(random.size())) == 1);
  return base64::encode({reinterpret_cast<const char*>(random.data()), random.size()});
}

}  // namespace roost::client
