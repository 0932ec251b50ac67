// The accounts that every server under test has. One cheap hash serves all of them, so that what is
// measured is the servers' way to a logged-in session, not the price of a password hash, which is
// for whoever runs a server to choose.
#include <crypt.h>

#include "harness/die.h"
#include "harness/server.h"

namespace roost::bench {

std::string account(size_t index) { return fmt::format("user{}@bench.test", index); }

std::string password_hash() {
  crypt_data data{};
  const char* hash = crypt_r(std::string(kPassword).c_str(), "$6$rounds=1000$roostbench$", &data);
  if (hash == nullptr || *hash == '*') die("crypt(3) cannot make a SHA-512 hash");
  return fmt::format("{{SHA512-CRYPT}}{}", hash);
}

}  // namespace roost::bench
