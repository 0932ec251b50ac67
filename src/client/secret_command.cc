#include "client/secret_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "net/fd.h"

namespace roost::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxSecret = 64 * 1024;

// A program in a process group of its own, whose standard output is output and whose standard input
// is empty. Which signals this process ignores and blocks is none of its business.
int spawn(const std::vector<std::string>& arguments, int output, pid_t& pid) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));  // NOLINT(*-const-cast): it is not written
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ROOST_CHECK(::posix_spawn_file_actions_init(&actions) == 0);
  ROOST_CHECK(
      ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
      ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0);
  posix_spawnattr_t attributes;
  sigset_t none;
  sigset_t ignored;
  ROOST_CHECK(::sigemptyset(&none) == 0 && ::sigemptyset(&ignored) == 0 &&
              ::sigaddset(&ignored, SIGPIPE) == 0);
  ROOST_CHECK(::posix_spawnattr_init(&attributes) == 0 &&
              ::posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
              ::posix_spawnattr_setsigdefault(&attributes, &ignored) == 0 &&
              ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
                                                          POSIX_SPAWN_SETSIGMASK |
                                                          POSIX_SPAWN_SETSIGDEF) == 0);
  const int error = ::posix_spawnp(&pid, argv.front(), &actions, &attributes, argv.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Signals are no reason to wait less, or longer.
bool readable(int descriptor, steady_clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd ready{.fd = descriptor, .events = POLLIN, .revents = 0};
    const int found = ::poll(&ready, 1, static_cast<int>(left.count()));
    if (found >= 0 || errno != EINTR) return found == 1;
  }
}

// All that comes until the end of the stream; nothing: it took too long, or was too much.
bool read_all(int from, steady_clock::time_point until, std::string& into) {
  std::array<char, 4096> buffer;
  while (into.size() <= kMaxSecret) {
    if (!readable(from, until)) return false;
    const ssize_t octets = ::read(from, buffer.data(), buffer.size());
    if (octets < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (octets <= 0) return octets == 0;
    into.append(buffer.data(), static_cast<std::size_t>(octets));
  }
  return false;
}

// It may have closed its output and still run. An agent that it has started has a session of its
// own, so what is killed with it is only what it waits for.
bool wait_until(pid_t pid, steady_clock::time_point until, int& status) {
  const net::Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const bool in_time = process.is_open() && readable(process.get(), until);
  if (!in_time) ::kill(-pid, SIGKILL);
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return in_time;
}

}  // namespace

Result<std::string> run_secret_command(const std::vector<std::string>& arguments,
                                       milliseconds timeout) {
  const std::string& program = arguments.front();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0 || ::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    return fail(ErrorCode::kUnavailable, program + ": " + std::strerror(errno));
  }
  const net::Fd from(ends[0]);
  net::Fd to(ends[1]);
  pid_t pid = 0;
  if (const int error = spawn(arguments, to.get(), pid); error != 0) {
    return fail(error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
                program + ": " + std::strerror(error));
  }
  to = net::Fd();
  const auto until = steady_clock::now() + timeout;
  std::string secret;
  const bool read = read_all(from.get(), until, secret);
  int status = 0;
  const bool in_time = wait_until(pid, read ? until : steady_clock::now(), status);
  if (secret.size() > kMaxSecret) {
    return fail(ErrorCode::kInvalid, program + ": gave more than a secret");
  }
  if (!read || !in_time) return fail(ErrorCode::kUnavailable, program + ": took too long");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(ErrorCode::kUnavailable, program + ": failed");
  }
  secret.resize(std::min(secret.size(), secret.find_first_of("\r\n")));
  if (secret.empty()) return fail(ErrorCode::kInvalid, program + ": gave nothing");
  return secret;
}

}  // namespace roost::client
