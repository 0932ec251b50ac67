// The accounts that every server under test has. One cheap hash serves all of them, so that what is
// measured is the servers' way to a logged-in session, not the price of a password hash, which is
// for whoever runs a server to choose.
#include <crypt.h>

#include "harness/die.h"
#include "harness/server.h"

namespace roost::bench {

std::string account(size_t index) { return fmt::format("user{}@bench.test", index); }

std::string password_hash(const char* setting) {
  crypt_data data{};
  const char* hash = crypt_r(std::string(kPassword).c_str(), setting, &data);
  if (hash == nullptr || *hash == '*') die("crypt(3) makes no hash as {} says", setting);
  return fmt::format("{{CRYPT}}{}", hash);
}

}  // namespace roost::bench
