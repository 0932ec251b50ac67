#include "auth/password.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include <array>
#include <memory>
#include <span>
#include <utility>

#include "base/ascii.h"

namespace roost::auth {
namespace {

static_assert(kMaxPassword < CRYPT_MAX_PASSPHRASE_SIZE);

constexpr const char* kYescrypt = "$y$";
constexpr const char* kQuick = "$6$";
constexpr unsigned long kDefaultCost = 0;
constexpr unsigned long kQuickRounds = 1000;

// The names Dovecot gives to crypt(3) hashes, and how such a hash begins.
struct Scheme {
  std::string_view name;
  std::span<const std::string_view> prefixes;  // none: any
};
constexpr std::array<std::string_view, 1> kSha512 = {"$6$"};
constexpr std::array<std::string_view, 1> kSha256 = {"$5$"};
constexpr std::array<std::string_view, 1> kMd5 = {"$1$"};
constexpr std::array<std::string_view, 3> kBlowfish = {"$2a$", "$2b$", "$2y$"};
constexpr std::array<Scheme, 5> kCryptSchemes = {{
    {"CRYPT", {}},
    {"SHA512-CRYPT", kSha512},
    {"SHA256-CRYPT", kSha256},
    {"BLF-CRYPT", kBlowfish},
    {"MD5-CRYPT", kMd5},
}};

struct Stored {
  enum class Kind : std::uint8_t { kPlain, kCrypt } kind;
  std::string_view rest;
};

bool begins_with_any(std::string_view hash, std::span<const std::string_view> prefixes) {
  if (prefixes.empty()) return true;
  for (std::string_view prefix : prefixes) {
    if (hash.starts_with(prefix)) return true;
  }
  return false;
}

bool is_crypt_hash(std::string_view hash) {
  if (hash.size() >= CRYPT_OUTPUT_SIZE || hash.find('\0') != std::string_view::npos) return false;
  const std::string setting(hash);
  return crypt_checksalt(setting.c_str()) != CRYPT_SALT_INVALID;
}

Result<Stored> parse(std::string_view field) {
  std::string_view scheme = "CRYPT";
  std::string_view rest = field;
  if (field.starts_with('{')) {
    const std::size_t end = field.find('}');
    if (end == std::string_view::npos)
      return fail(ErrorCode::kInvalid, "password scheme without \"}\"");
    scheme = field.substr(1, end - 1);
    rest = field.substr(end + 1);
  }
  if (equal_ignoring_case(scheme, "PLAIN")) return Stored{Stored::Kind::kPlain, rest};
  for (const Scheme& known : kCryptSchemes) {
    if (!equal_ignoring_case(scheme, known.name)) continue;
    if (!begins_with_any(rest, known.prefixes) || !is_crypt_hash(rest)) {
      return fail(ErrorCode::kInvalid, "not a password hash of scheme " + std::string(scheme));
    }
    return Stored{Stored::Kind::kCrypt, rest};
  }
  return fail(ErrorCode::kInvalid, "unknown password scheme {" + std::string(scheme) + "}");
}

Result<std::string> run_crypt(std::string_view password, const std::string& setting) {
  const std::string phrase(password);
  auto data = std::make_unique<crypt_data>();
  const char* hash = crypt_rn(phrase.c_str(), setting.c_str(), data.get(), sizeof(crypt_data));
  if (hash == nullptr) return fail(ErrorCode::kInvalid, "crypt(3) cannot read the password hash");
  return hash;
}

Result<std::string> new_hash(std::string_view password, const char* prefix, unsigned long cost) {
  if (auto good = check_password(password); !good) return fail(std::move(good).error());
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  if (crypt_gensalt_rn(prefix, cost, nullptr, 0, setting.data(),
                       static_cast<int>(setting.size())) == nullptr) {
    return fail(ErrorCode::kInternal, "crypt(3) makes no salt");
  }
  return run_crypt(password, setting.data());
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Result<void> check_password(std::string_view password) {
  if (password.empty()) return fail(ErrorCode::kInvalid, "the password is empty");
  if (password.size() > kMaxPassword) {
    return fail(ErrorCode::kInvalid,
                "the password is longer than " + std::to_string(kMaxPassword) + " octets");
  }
  if (password.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kInvalid, "the password contains a NUL");
  }
  return {};
}

Result<std::string> hash_password(std::string_view password) {
  return new_hash(password, kYescrypt, kDefaultCost);
}

Result<std::string> imported_hash(std::string_view field) {
  const auto stored = parse(field);
  if (!stored) return fail(stored.error());
  if (stored->kind == Stored::Kind::kCrypt) return std::string(stored->rest);
  return new_hash(stored->rest, kQuick, kQuickRounds);
}

Result<bool> verify_password(std::string_view stored, std::string_view password) {
  const auto parsed = parse(stored);
  if (!parsed) return fail(parsed.error());
  // What cannot be a password is no match, but costs as much as one that could be.
  const bool possible = check_password(password).has_value();
  const std::string_view tried = possible ? password : std::string_view("impossible");
  if (parsed->kind == Stored::Kind::kPlain) {
    return possible && equal_in_constant_time(parsed->rest, tried);
  }
  const std::string setting(parsed->rest);
  const auto hash = run_crypt(tried, setting);
  if (!hash) return fail(hash.error());
  return possible && equal_in_constant_time(*hash, setting);
}

bool is_yescrypt(std::string_view stored) { return stored.starts_with(kYescrypt); }

}  // namespace roost::auth
