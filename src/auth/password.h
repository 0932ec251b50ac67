// Password hashes: crypt(3) of libxcrypt, yescrypt for those made here.
//
// A stored hash is what follows the name in a Dovecot passwd-file line: "{SCHEME}rest", or a bare
// crypt(3) hash ("$6$…"). The octets of a password are taken as they come, neither SASLprep nor
// NFC is applied: a hash that was made elsewhere was made of those octets.
//
// Making or verifying a hash takes 50 ms of a core and 16 MiB: call it on a worker.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace roost::auth {

// Longer ones crypt(3) does not take. RFC 4616 section 2 asks for 255.
inline constexpr std::size_t kMaxPassword = 511;

// kInvalid: empty, too long, or with a NUL.
[[nodiscard]] Result<void> check_password(std::string_view password);

// A yescrypt hash with a new random salt. kInvalid as check_password.
[[nodiscard]] Result<std::string> hash_password(std::string_view password);

// The hash of an import: what stands in a passwd-file, to be stored. A hash is checked and kept;
// {PLAIN} is hashed at once, but quickly (SHA-512, 1,000 rounds, 0.2 ms): an import of 10,000
// passwords takes seconds. The first successful login makes it a yescrypt hash (authenticator.h).
// kInvalid: an unknown scheme, or a hash crypt(3) cannot read.
[[nodiscard]] Result<std::string> imported_hash(std::string_view field);

// Whether this is the password of the stored hash. Takes the same time for each wrong password.
// kInvalid if crypt(3) cannot read the stored hash.
[[nodiscard]] Result<bool> verify_password(std::string_view stored, std::string_view password);

// True for the hashes that hash_password makes.
[[nodiscard]] bool is_yescrypt(std::string_view stored);

}  // namespace roost::auth
