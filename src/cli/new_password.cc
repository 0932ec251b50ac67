#include "cli/new_password.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <optional>

namespace roost::cli {
namespace {

class NoEcho {
 public:
  NoEcho() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~NoEcho() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::optional<std::string> read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

std::optional<std::string> ask(const char* prompt) {
  const NoEcho no_echo;
  std::fputs(prompt, stderr);
  auto line = read_line();
  std::fputs("\n", stderr);
  return line;
}

}  // namespace

Result<std::string> read_password(const std::string& prompt) {
  const auto password = ::isatty(STDIN_FILENO) == 1 ? ask(prompt.c_str()) : read_line();
  if (!password || password->empty()) return fail(ErrorCode::kInvalid, "no password was given");
  return *password;
}

Result<std::string> read_new_password() {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  const auto password = terminal ? ask("New password: ") : read_line();
  if (!password || password->empty()) return fail(ErrorCode::kInvalid, "no password was given");
  if (terminal && ask("Again: ") != password) {
    return fail(ErrorCode::kInvalid, "the two passwords differ");
  }
  return *password;
}

}  // namespace roost::cli
