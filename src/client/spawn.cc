#include "client/spawn.h"

#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "base/check.h"

namespace roost::client {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (const std::string& string : strings) {
    all.push_back(const_cast<char*>(string.c_str()));  // NOLINT(*-const-cast): it is not written
  }
  return all;
}

// Where SIGCHLD is ignored, which a process inherits, the kernel forgets how a child has ended.
void let_children_be_waited_for() {
  struct sigaction action{};
  ROOST_CHECK(::sigaction(SIGCHLD, nullptr, &action) == 0);
  if (action.sa_handler != SIG_IGN) return;
  action.sa_handler = SIG_DFL;
  ROOST_CHECK(::sigaction(SIGCHLD, &action, nullptr) == 0);
}

}  // namespace

Result<pid_t> spawn(const std::vector<std::string>& arguments, Streams streams,
                    const std::vector<std::string>& environment) {
  std::vector<char*> argv = pointers(arguments);
  argv.push_back(nullptr);
  std::vector<char*> envp = pointers(environment);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view inherited(*entry);
    const std::string_view name = inherited.substr(0, inherited.find('=') + 1);
    const auto replaces = [name](const std::string& ours) { return ours.starts_with(name); };
    if (std::ranges::none_of(environment, replaces)) envp.push_back(*entry);
  }
  envp.push_back(nullptr);

  let_children_be_waited_for();
  posix_spawn_file_actions_t actions;
  ROOST_CHECK(::posix_spawn_file_actions_init(&actions) == 0);
  ROOST_CHECK(::posix_spawn_file_actions_adddup2(&actions, streams.input, STDIN_FILENO) == 0 &&
              ::posix_spawn_file_actions_adddup2(&actions, streams.output, STDOUT_FILENO) == 0);
  // Asio opens sockets without FD_CLOEXEC.
  ROOST_CHECK(::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) == 0);
  // Which signals this process ignores and blocks is none of its business: SIGPIPE means to most
  // programs that nobody reads them any more.
  sigset_t none;
  sigset_t ignored;
  ROOST_CHECK(::sigemptyset(&none) == 0 && ::sigemptyset(&ignored) == 0 &&
              ::sigaddset(&ignored, SIGPIPE) == 0);
  posix_spawnattr_t attributes;
  ROOST_CHECK(::posix_spawnattr_init(&attributes) == 0 &&
              ::posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
              ::posix_spawnattr_setsigdefault(&attributes, &ignored) == 0 &&
              ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
                                                          POSIX_SPAWN_SETSIGMASK |
                                                          POSIX_SPAWN_SETSIGDEF) == 0);
  pid_t pid = 0;
  const int error =
      ::posix_spawnp(&pid, argv.front(), &actions, &attributes, argv.data(), envp.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return pid;
  return fail(error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
              arguments.front() + ": " + std::strerror(error));
}

}  // namespace roost::client
