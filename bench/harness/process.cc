// See process.h. /proc/PID/task/*/schedstat gives nanoseconds, where /proc/PID/stat would give
// ticks of 10 ms. /proc/PID/smaps_rollup is the kernel's sum over all mappings.
#include "harness/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "harness/die.h"

namespace roost::bench {
namespace {

namespace fs = std::filesystem;

/// What must not outlive us. A static object: its destructor runs in std::exit().
struct Leftovers {
  std::mutex mutex;
  std::set<pid_t> children;
  std::vector<fs::path> directories;

  ~Leftovers();
};

void terminate(pid_t pid) {
  kill(pid, SIGTERM);
  for (int i = 0; i < 2000; ++i) {
    if (waitpid(pid, nullptr, WNOHANG) != 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

Leftovers::~Leftovers() {
  for (const pid_t pid : children) terminate(pid);
  for (const fs::path& directory : directories) {
    std::error_code ignored;
    fs::remove_all(directory, ignored);
  }
}

Leftovers& leftovers() {
  static Leftovers instance;
  return instance;
}

std::vector<char*> pointers(std::vector<std::string>& argv) {
  std::vector<char*> result;
  result.reserve(argv.size() + 1);
  for (std::string& arg : argv) result.push_back(arg.data());
  result.push_back(nullptr);
  return result;
}

/// In the child: never returns.
[[noreturn]] void become(const std::vector<char*>& argv) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

std::map<pid_t, pid_t> parents() {
  std::map<pid_t, pid_t> result;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    const size_t end_of_name = text.rfind(')');
    int parent = 0;
    if (end_of_name == std::string::npos ||
        std::sscanf(text.c_str() + end_of_name + 1, " %*c %d", &parent) != 1) {
      continue;
    }
    result[std::stoi(name)] = parent;
  }
  return result;
}

std::chrono::nanoseconds cpu_time_of(pid_t pid) {
  uint64_t sum = 0;
  std::error_code gone;
  for (const auto& task : fs::directory_iterator(fmt::format("/proc/{}/task", pid), gone)) {
    std::ifstream file(task.path() / "schedstat");
    uint64_t on_cpu = 0;
    if (file >> on_cpu) sum += on_cpu;
  }
  return std::chrono::nanoseconds(sum);
}

/// What a line "name:  123 kB" says, in octets; 0 without such a line, or such a file.
uint64_t octets_in(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return std::stoull(line.substr(name.size())) * 1024;
  }
  return 0;
}

/// A process that has ended meanwhile has none.
uint64_t memory_of(pid_t pid) {
  return octets_in(fmt::format("/proc/{}/smaps_rollup", pid), "Anonymous:");
}

}  // namespace

uint64_t kernel_memory() { return octets_in("/proc/meminfo", "Slab:"); }

void exit_on_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    leave(128 + signal);
  }).detach();
}

void raise_file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

fs::path make_scratch_directory(const fs::path& parent) {
  fs::create_directories(parent);
  std::string name = fs::absolute(parent) / "roost-bench-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) die("cannot make a directory in {}", parent.string());
  std::error_code ignored;
  fs::permissions(name,
                  fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                      fs::perms::others_read | fs::perms::others_exec,
                  ignored);
  const std::lock_guard lock(leftovers().mutex);
  leftovers().directories.emplace_back(name);
  return name;
}

void run(std::vector<std::string> argv, std::string_view input) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) die("pipe: {}", std::strerror(errno));
  const std::vector<char*> arguments = pointers(argv);
  const pid_t pid = fork();
  if (pid < 0) die("fork: {}", std::strerror(errno));
  if (pid == 0) {
    dup2(pipe_ends[0], STDIN_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    become(arguments);
  }
  close(pipe_ends[0]);
  while (!input.empty()) {
    const ssize_t n = write(pipe_ends[1], input.data(), input.size());
    if (n <= 0) break;
    input.remove_prefix(static_cast<size_t>(n));
  }
  close(pipe_ends[1]);
  int status = 0;
  waitpid(pid, &status, 0);
  if (status != 0) die("{} failed", fmt::join(argv, " "));
}

Process::Process(std::vector<std::string> argv, const fs::path& log) {
  const int log_file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int pipe_ends[2];
  if (log_file < 0 || null < 0 || pipe2(pipe_ends, O_CLOEXEC) != 0) {
    die("cannot start {}: {}", argv[0], std::strerror(errno));
  }
  const std::vector<char*> arguments = pointers(argv);
  pid_ = fork();
  if (pid_ < 0) die("fork: {}", std::strerror(errno));
  if (pid_ == 0) {
    dup2(null, STDIN_FILENO);
    dup2(pipe_ends[1], STDOUT_FILENO);
    dup2(log_file, STDERR_FILENO);
    become(arguments);
  }
  close(null);
  close(log_file);
  close(pipe_ends[1]);
  output_ = pipe_ends[0];
  const std::lock_guard lock(leftovers().mutex);
  leftovers().children.insert(pid_);
}

Process::~Process() { stop(); }

std::string Process::read_line() {
  std::string line;
  char c = 0;
  while (read(output_, &c, 1) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  die("the server ended before it was ready");
}

void Process::stop() {
  if (pid_ < 0) return;
  terminate(pid_);
  {
    const std::lock_guard lock(leftovers().mutex);
    leftovers().children.erase(pid_);
  }
  close(output_);
  pid_ = -1;
}

std::vector<pid_t> Process::family() const {
  const std::map<pid_t, pid_t> parent_of = parents();
  std::vector<pid_t> result;
  for (const auto& [process, parent] : parent_of) {
    pid_t ancestor = process;
    while (ancestor != pid_ && parent_of.contains(ancestor)) ancestor = parent_of.at(ancestor);
    if (ancestor == pid_) result.push_back(process);
  }
  return result;
}

std::chrono::nanoseconds Process::cpu_time() const {
  std::chrono::nanoseconds sum{};
  for (const pid_t process : family()) sum += cpu_time_of(process);
  return sum;
}

uint64_t Process::memory() const {
  uint64_t sum = 0;
  for (const pid_t process : family()) sum += memory_of(process);
  return sum;
}

}  // namespace roost::bench
