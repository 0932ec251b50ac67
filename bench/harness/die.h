// How a benchmark gives up: says why and exits. Exit handlers (process.cc) end the servers and
// remove their files, so this may be called anywhere, from any thread.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace roost::bench {

template <typename... Args>
[[noreturn]] void die(fmt::format_string<Args...> format, Args&&... args) {
  fmt::print(stderr, "bench: {}\n", fmt::format(format, std::forward<Args>(args)...));
  std::exit(1);
}

}  // namespace roost::bench
