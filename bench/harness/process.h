// Child processes and scratch directories that do not outlive the benchmark: at exit - also after
// die() - children are ended by their process id, then directories removed. If the benchmark itself
// is killed, the kernel ends the children.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace roost::bench {

/// From now on SIGINT and SIGTERM end this program by leave(). Requires: no other thread yet.
void exit_on_signals();

/// Lets this program, and the servers it starts, open as many files as the system permits.
void raise_file_limit();

/// What the kernel keeps in slabs now, in octets: sockets and all that belongs to them.
[[nodiscard]] uint64_t kernel_memory();

/// A directory for the length of this benchmark, made below `parent`: on the disk that is to be
/// measured.
std::filesystem::path make_scratch_directory(const std::filesystem::path& parent);

/// Runs a command to its end with `input` on its standard input. Dies if it fails.
void run(std::vector<std::string> argv, std::string_view input = {});

/// Owner: a Server. Thread: main, as the kernel ties the child's life to the thread that made it.
class Process {
 public:
  /// Starts `argv`; standard output comes here, standard error goes to `log`.
  Process(std::vector<std::string> argv, const std::filesystem::path& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// The next line of its standard output, without the LF. Dies when the process ends instead.
  [[nodiscard]] std::string read_line();

  /// SIGTERM, then waits; SIGKILL after 20 s.
  void stop();

  /// Processor time of it and its descendants so far. Those that have ended are not counted.
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const;

  /// Private anonymous memory of it and its descendants now, in octets: heaps and stacks, not what
  /// is mapped of files, which the kernel shares and drops, nor what the kernel keeps for sockets.
  [[nodiscard]] uint64_t memory() const;

 private:
  [[nodiscard]] std::vector<pid_t> family() const;

  pid_t pid_ = -1;
  int output_ = -1;
};

}  // namespace roost::bench
