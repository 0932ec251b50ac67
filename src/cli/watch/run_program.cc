#include "cli/watch/run_program.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "client/boot_timer.h"
#include "client/spawn.h"
#include "net/fd.h"

namespace roost::cli {

namespace {

namespace asio = boost::asio;
using client::BootClock;
using Done = std::function<void(Result<void>)>;

// A file without a name, so that nobody has to write while the program reads, or does not.
Result<net::Fd> file_of(std::string_view content) {
  net::Fd file(::memfd_create("events", MFD_CLOEXEC));
  while (file.is_open() && !content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) file = net::Fd();
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (!file.is_open() || ::lseek(file.get(), 0, SEEK_SET) != 0) {
    return fail(ErrorCode::kUnavailable,
                std::string("no room for events: ") + std::strerror(errno));
  }
  return file;
}

// A program that runs. Owner: the operations that wait for it.
class Running : public std::enable_shared_from_this<Running> {
 public:
  Running(asio::io_context& context, pid_t pid, std::string name, Done done)
      : process_(context),
        limit_(context.get_executor(), [this] { kill("took too long"); }),
        pid_(pid),
        name_(std::move(name)),
        done_(std::move(done)) {}

  void wait(client::Duration timeout) {
    const auto descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (descriptor < 0) {  // no more of them, or a kernel older than 5.3
      kill(std::strerror(errno));
      return asio::post(process_.get_executor(), [self = shared_from_this()] { self->ended(); });
    }
    process_.assign(descriptor);
    limit_.set(BootClock::now() + timeout);
    process_.async_wait(
        asio::posix::stream_descriptor::wait_read,
        [self = shared_from_this()](const boost::system::error_code&) { self->ended(); });
  }

 private:
  void kill(std::string why) {
    killed_ = std::move(why);
    ::kill(-pid_, SIGKILL);
  }
  void ended() {
    limit_.cancel();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0) {
      if (errno != EINTR) return failed(std::strerror(errno));
    }
    if (!killed_.empty()) return failed(killed_);
    if (WIFSIGNALED(status)) return failed("ended by signal " + std::to_string(WTERMSIG(status)));
    const int code = WEXITSTATUS(status);
    if (code != 0) return failed("exit code " + std::to_string(code));
    done_({});
  }
  void failed(const std::string& how) { done_(fail(ErrorCode::kUnavailable, name_ + ": " + how)); }

  asio::posix::stream_descriptor process_;
  client::BootTimer limit_;
  pid_t pid_;
  std::string name_;
  Done done_;
  std::string killed_;  // why; empty: it is not
};

class RunProgram final : public Action {
 public:
  RunProgram(asio::io_context& context, std::vector<std::string> arguments,
             client::Duration timeout)
      : context_(context), arguments_(std::move(arguments)), timeout_(timeout) {}

  void start(const Batch& batch, Done done) override {
    const auto events = file_of(json_lines_of(batch));
    if (!events) return later(std::move(done), events.error());
    const auto pid = client::spawn(arguments_, {.input = events->get(), .output = STDERR_FILENO},
                                   environment_of(batch));
    if (!pid) return later(std::move(done), pid.error());
    std::make_shared<Running>(context_, *pid, arguments_.front(), std::move(done))->wait(timeout_);
  }

 private:
  void later(Done done, Error error) {
    asio::post(context_, [done = std::move(done), error = std::move(error)] { done(fail(error)); });
  }

  asio::io_context& context_;
  std::vector<std::string> arguments_;
  client::Duration timeout_;
};

}  // namespace

std::unique_ptr<Action> run_program(asio::io_context& context, std::vector<std::string> arguments,
                                    client::Duration timeout) {
  return std::make_unique<RunProgram>(context, std::move(arguments), timeout);
}

}  // namespace roost::cli
