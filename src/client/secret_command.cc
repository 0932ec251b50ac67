#include "client/secret_command.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "client/spawn.h"
#include "net/fd.h"

namespace roost::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxSecret = 64 * 1024;

struct Patience {
  steady_clock::time_point until;
  int nobody_waits;  // ends it, too, when it is readable
};

// False: patience has ended. Signals are no reason to wait less, or longer.
bool readable(int descriptor, const Patience& patience) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(patience.until - steady_clock::now());
    if (left.count() <= 0) return false;
    std::array<pollfd, 2> ready{pollfd{.fd = descriptor, .events = POLLIN},
                                pollfd{.fd = patience.nobody_waits, .events = POLLIN}};
    const int found = ::poll(ready.data(), ready.size(), static_cast<int>(left.count()));
    if (found >= 0 || errno != EINTR) return found > 0 && ready[1].revents == 0;
  }
}

// All that comes until the end of the stream; false: patience has ended, or it was too much.
bool read_all(int from, const Patience& patience, Secret& into) {
  std::array<char, 4096> buffer;
  while (into.view().size() <= kMaxSecret) {
    if (!readable(from, patience)) return false;
    const ssize_t octets = ::read(from, buffer.data(), buffer.size());
    if (octets < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (octets <= 0) return octets == 0;
    into += {buffer.data(), static_cast<std::size_t>(octets)};
    ::OPENSSL_cleanse(buffer.data(), static_cast<std::size_t>(octets));
  }
  return false;
}

// It may have closed its output and still run. An agent that it has started has a session of its
// own, so what is killed with it is only what it waits for. The status that waitpid() gives.
Result<int> wait_for(pid_t pid, const Patience& patience) {
  const net::Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const int problem = process.is_open() ? 0 : errno;
  const bool in_time = problem == 0 && readable(process.get(), patience);
  if (!in_time) ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return fail(ErrorCode::kUnavailable, std::strerror(errno));
  }
  if (problem != 0) return fail(ErrorCode::kUnavailable, std::strerror(problem));
  if (!in_time) return fail(ErrorCode::kUnavailable, "took too long");
  return status;
}

}  // namespace

Result<Secret> run_secret_command(const std::vector<std::string>& arguments, milliseconds timeout,
                                  int nobody_waits) {
  const std::string& program = arguments.front();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0 || ::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    return fail(ErrorCode::kUnavailable, program + ": " + std::strerror(errno));
  }
  const net::Fd from(ends[0]);
  net::Fd to(ends[1]);
  const net::Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing.is_open()) {
    return fail(ErrorCode::kUnavailable, program + ": " + std::strerror(errno));
  }
  const auto spawned = spawn(arguments, {.input = nothing.get(), .output = to.get()});
  if (!spawned) return fail(spawned.error());
  const pid_t pid = *spawned;
  to = net::Fd();
  Patience patience{.until = steady_clock::now() + timeout, .nobody_waits = nobody_waits};
  Secret all;
  const bool read = read_all(from.get(), patience, all);
  if (!read) patience.until = steady_clock::now();
  const auto status = wait_for(pid, patience);
  if (all.view().size() > kMaxSecret) {
    return fail(ErrorCode::kInvalid, program + ": gave more than a secret");
  }
  if (!status) return fail(status.error().code, program + ": " + status.error().detail);
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
    return fail(ErrorCode::kUnavailable, program + ": failed");
  }
  const std::string_view secret = all.view().substr(0, all.view().find_first_of("\r\n"));
  if (secret.empty()) return fail(ErrorCode::kInvalid, program + ": gave nothing");
  return Secret(secret);
}

}  // namespace roost::client
