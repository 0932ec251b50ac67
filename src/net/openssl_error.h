// What OpenSSL's error queue says, in words.
#pragma once

#include <string>

namespace roost::net {

// The reason of the latest failure on this thread. Empties the queue.
[[nodiscard]] std::string take_openssl_error();

}  // namespace roost::net
