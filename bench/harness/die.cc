#include "harness/die.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace roost::bench {

void leave(int status, std::string_view reason) {
  static std::atomic_flag leaving;
  while (leaving.test_and_set()) pause();
  if (!reason.empty()) fmt::print(stderr, "bench: {}\n", reason);
  std::exit(status);
}

}  // namespace roost::bench
