// How soon does what is to be done about a message begin? `roost watch` waits in IDLE (RFC 2177)
// and runs a program when a message has come: from the server's write of what it has to say to that
// program's start; then the same after the connection was cut; then the memory of a watcher of one
// mailbox and of many (RFC 5465). fetchmail, which waits in IDLE, too, and gives each message to a
// program, is measured beside it. Both go through a relay of this process, which is one more way
// for each octet.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "harness/die.h"
#include "harness/imap_client.h"
#include "harness/lmtp_client.h"
#include "harness/message.h"
#include "harness/process.h"
#include "harness/relay.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMessageSize = 4096;
constexpr char kFetchmail[] = "/usr/bin/fetchmail";
/// Between two deliveries, for the watcher to be back in IDLE.
constexpr auto kPause = std::chrono::milliseconds(50);
constexpr auto kPatience = std::chrono::seconds(60);

struct Settings {
  size_t deliveries = 300;
  size_t cuts = 20;
  size_t mailboxes = 1000;
};

/// Where the hook says when it was started.
class Starts {
 public:
  explicit Starts(fs::path path) : path_(std::move(path)) {
    fs::remove(path_);
    if (mkfifo(path_.c_str(), 0600) != 0) die("no FIFO {}", path_.string());
    fd_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  }
  ~Starts() { close(fd_); }
  Starts(const Starts&) = delete;
  Starts& operator=(const Starts&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] Clock::time_point next() {
    pollfd file{fd_, POLLIN, 0};
    int64_t nanoseconds = 0;
    const auto limit = std::chrono::milliseconds(kPatience).count();
    if (poll(&file, 1, static_cast<int>(limit)) != 1 ||
        read(fd_, &nanoseconds, sizeof nanoseconds) != sizeof nanoseconds) {
      die("the watcher does not start its program");
    }
    return Clock::time_point(std::chrono::nanoseconds(nanoseconds));
  }

 private:
  fs::path path_;
  int fd_ = -1;
};

/// What a bench needs of its own: files, and the path of the hook.
struct Place {
  fs::path directory;
  std::string roost;
  fs::path hook = fs::read_symlink("/proc/self/exe").parent_path() / "bench_hook";

  [[nodiscard]] fs::path file(std::string_view name) const { return directory / name; }
};

void write_secret(const fs::path& path, std::string_view text) {
  std::ofstream(path) << text;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

/// `roost watch` of one account. Ensures: it has caught up.
class RoostWatch {
 public:
  RoostWatch(const Place& place, size_t index, uint16_t port, std::string_view mailbox,
             const fs::path& starts)
      : health_(place.file(fmt::format("health{}", index))) {
    write_secret(place.file("password"), kPassword);
    fs::remove(health_);
    const std::string name = account(index);
    const size_t at = name.find('@');
    process_.emplace(
        std::vector<std::string>{place.roost, "watch",
                                 fmt::format("imap://{}%40{}@127.0.0.1:{}/{}", name.substr(0, at),
                                             name.substr(at + 1), port, mailbox),
                                 "--no-tls", "--password-file", place.file("password"), "--settle",
                                 "0ms", "--state", place.file(fmt::format("state{}", index)),
                                 "--health", health_, "--", place.hook, starts},
        place.file("watch.log"));
    for (const auto start = Clock::now(); !well();
         std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
      if (Clock::now() - start > kPatience) {
        die("roost watch does not catch up: see {}", place.file("watch.log").string());
      }
    }
  }

  [[nodiscard]] const Process& process() const { return *process_; }

 private:
  /// The account is, which has a problem or is being connected to otherwise.
  [[nodiscard]] bool well() const {
    std::ifstream file(health_);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    return text.find("connect") == std::string::npos && text.find("ok") != std::string::npos;
  }

  fs::path health_;
  std::optional<Process> process_;
};

std::unique_ptr<Process> start_fetchmail(const Place& place, size_t index, uint16_t port,
                                         const fs::path& starts) {
  const fs::path rc = place.file("fetchmailrc");
  write_secret(rc,
               fmt::format("poll 127.0.0.1 protocol imap port {} auth password\n"
                           "  user \"{}\" password \"{}\" sslproto \"\" keep idle\n"
                           "  mda \"{} {}\"\n",
                           port, account(index), kPassword, place.hook.string(), starts.string()));
  return std::make_unique<Process>(
      std::vector<std::string>{"env", "FETCHMAILHOME=" + place.directory.string(), kFetchmail, "-f",
                               rc},
      place.file("fetchmail.log"));
}

/// Of deliveries one at a time.
struct Latencies {
  Samples from_write;  // of the server
  Samples from_dot;    // of the LMTP client
};

Latencies deliver(const Server& server, Relay& relay, Starts& starts, size_t index, size_t count) {
  LmtpClient lmtp(server.ports().lmtp);
  Latencies found;
  for (size_t i = 0; i <= count; ++i) {
    std::this_thread::sleep_for(kPause);
    const std::string message = make_message(i, kMessageSize);
    lmtp.begin(account(index));
    relay.arm();
    const auto dot = Clock::now();
    lmtp.finish(message);
    lmtp.wait_for_reply();
    const auto started = starts.next();
    if (i == 0) continue;  // the watcher may just have begun
    found.from_write.add(milliseconds(started - relay.spoke()));
    found.from_dot.add(milliseconds(started - dot));
  }
  return found;
}

void add(Figures& figures, const std::string& name, const Samples& samples) {
  figures.push_back({name + ", p50", samples.percentile(0.5), "ms"});
  figures.push_back({name + ", p99", samples.percentile(0.99), "ms"});
  figures.push_back({name + ", max", samples.percentile(1), "ms"});
}

void add_memory(Figures& figures, const std::string& name, const Process& process) {
  figures.push_back({name, static_cast<double>(process.memory()) / 1024, "KiB", Better::kNeither});
}

/// From the cut to the program that runs for a message that came at once after it: with all that
/// is said to log in and to catch up.
Samples cut(const Server& server, Relay& relay, Starts& starts, size_t index, size_t count) {
  LmtpClient lmtp(server.ports().lmtp);
  Samples found;
  for (size_t i = 0; i < count; ++i) {
    const auto start = Clock::now();
    relay.cut();
    lmtp.deliver(account(index), make_message(i, kMessageSize));
    found.add(milliseconds(starts.next() - start));
    std::this_thread::sleep_for(kPause);
    lmtp.deliver(account(index), make_message(i, kMessageSize));  // the connection is of use
    static_cast<void>(starts.next());
    std::this_thread::sleep_for(kPause);
  }
  return found;
}

double one_mailbox(const Server& server, const Place& place, const Settings& settings,
                   Figures& figures) {
  Relay relay(server.ports().imap);
  Starts starts(place.file("starts0"));
  const RoostWatch watch(place, 0, relay.port(), "INBOX", starts.path());
  const Latencies found = deliver(server, relay, starts, 0, settings.deliveries);
  add(figures, "server's write to hook", found.from_write);
  add(figures, "final dot of the delivery to hook", found.from_dot);
  add_memory(figures, "1 mailbox: memory", watch.process());
  add(figures, "cut to hook", cut(server, relay, starts, 0, settings.cuts));
  return found.from_write.percentile(0.5);
}

void peer(const Server& server, const Place& place, const Settings& settings, double ours,
          Figures& figures) {
  if (!fs::exists(kFetchmail)) {
    fmt::print(stderr, "fetchmail is not installed: without it\n");
    return;
  }
  Relay relay(server.ports().imap);
  Starts starts(place.file("starts1"));
  const auto process = start_fetchmail(place, 1, relay.port(), starts.path());
  const Latencies found = deliver(server, relay, starts, 1, settings.deliveries);
  add(figures, "fetchmail: server's write to hook", found.from_write);
  add(figures, "fetchmail: final dot of the delivery to hook", found.from_dot);
  add_memory(figures, "fetchmail: 1 mailbox: memory", *process);
  figures.push_back({"times as fast as fetchmail, p50", found.from_write.percentile(0.5) / ours,
                     "x", Better::kNeither});
}

/// One connection watches many mailboxes (RFC 5465).
bool offers_notify(ImapClient& client) {
  client.stream().write("c CAPABILITY\r\n");
  for (bool offers = false;;) {
    const std::string_view line = client.stream().read_line();
    if (line.starts_with("c ")) return offers;
    offers = offers || line.ends_with(" NOTIFY") || line.find(" NOTIFY ") != line.npos;
  }
}

void many_mailboxes(const Server& server, const Place& place, const Settings& settings,
                    Figures& figures) {
  LmtpClient(server.ports().lmtp).deliver(account(2), make_message(0, kMessageSize));
  ImapClient client(server.ports().imap, Security::kPlain);
  client.login(account(2), kPassword);
  if (!offers_notify(client)) return;
  client.select("INBOX");
  for (size_t i = 1; i < settings.mailboxes; ++i) {
    client.command(fmt::format("CREATE m{}", i));
    client.command(fmt::format("COPY 1 m{}", i));
  }
  Relay relay(server.ports().imap);
  Starts starts(place.file("starts2"));
  const auto start = Clock::now();
  const RoostWatch watch(place, 2, relay.port(), "*", starts.path());
  const std::string name = fmt::format("{} mailboxes: ", settings.mailboxes);
  figures.push_back({name + "start to caught up", milliseconds(Clock::now() - start), "ms"});
  add_memory(figures, name + "memory", watch.process());
  const Latencies found =
      deliver(server, relay, starts, 2, std::max<size_t>(settings.deliveries / 5, 1));
  add(figures, name + "server's write to hook", found.from_write);
  add_memory(figures, name + "memory, then", watch.process());
}

/// Dovecot waits half a second before it tells.
Figures measure(const Server& server, const Place& place, Settings settings) {
  const bool slow = server.name() == "dovecot";
  if (slow) settings.deliveries = std::max<size_t>(settings.deliveries / 10, 1);
  if (slow) settings.cuts = std::max<size_t>(settings.cuts / 4, 1);
  Figures figures;
  const double ours = one_mailbox(server, place, settings, figures);
  peer(server, place, settings, ours, figures);
  many_mailboxes(server, place, settings, figures);
  return figures;
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("watch", "from the server's write to the program that roost watch starts");
  benchmark.options().add_option("--deliveries", settings.deliveries, "deliveries one at a time");
  benchmark.options().add_option("--cuts", settings.cuts, "connections that are cut");
  benchmark.options().add_option("--mailboxes", settings.mailboxes, "watched by one process");
  return benchmark.run(
      argc, argv, [] { return 3; },
      [&](Server& server) {
        const Place place{.directory = server.directory().parent_path(),
                          .roost = fs::absolute(benchmark.roost())};
        return measure(server, place, settings);
      });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
