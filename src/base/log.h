// The log: records on standard error, one line each, UTC. log::info("{} logged in", name);
//
// A record is one line whatever is in it: control characters (a client may have sent them) are
// escaped. Never log a password, nor the text of a command that may hold one.
// Thread: any.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace roost::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };

// Records below level are dropped; kInfo until told otherwise.
void set_level(Level level);
[[nodiscard]] bool enabled(Level level);
[[nodiscard]] std::optional<Level> level_named(std::string_view name);  // "debug", "info" …

void write(Level level, std::string_view text);
// text with each control character as "\n", "\r", "\t" or "\x1b".
[[nodiscard]] std::string escape(std::string_view text);

template <typename... Args>
void at(Level level, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(level)) write(level, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  at(Level::kDebug, format, std::forward<Args>(args)...);
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  at(Level::kInfo, format, std::forward<Args>(args)...);
}
template <typename... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  at(Level::kWarning, format, std::forward<Args>(args)...);
}
template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  at(Level::kError, format, std::forward<Args>(args)...);
}

}  // namespace roost::log
