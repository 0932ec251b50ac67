// How a benchmark gives up: says why and exits. Exit handlers (process.cc) end the servers and
// remove their files, so this may be called anywhere, from any thread.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace roost::bench {

/// std::exit() for whoever calls first, who may give a reason; others wait here for the end of the
/// process, as what they complain of comes of it.
[[noreturn]] void leave(int status, std::string_view reason = {});

template <typename... Args>
[[noreturn]] void die(fmt::format_string<Args...> format, Args&&... args) {
  const std::string reason = fmt::format(format, std::forward<Args>(args)...);
  leave(1, reason);
}

}  // namespace roost::bench
