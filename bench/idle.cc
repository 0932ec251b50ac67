// What does a connection cost that only waits, and what has it of its waiting? Clients log in,
// select INBOX and stay in IDLE (RFC 2177), in clear and with TLS, as many as are asked for; then
// nothing happens for a while; then mail comes for some of them, at a steady rate; then the same
// while one client in ten does not read.
//
// Memory is the anonymous memory of all the server's processes (/proc/PID/smaps_rollup, Anonymous).
// Resident memory would also count the pages of programs and libraries that processes share, once
// for each, which would be unjust to a server of many processes, and files that are mapped, which
// the kernel may drop. There are two beginnings to count from. "First": after one connection since
// the start of the server, so all that it comes to keep with so many accounts is in it, caches and
// the stacks of threads too. Without that word: after each account has been read by a client that
// is gone, so only what the connections themselves hold is in it. What the kernel holds is what the
// system has less of, but for the server's memory and our own; it has both ends of each connection.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "harness/chart.h"
#include "harness/crowd.h"
#include "harness/deliveries.h"
#include "harness/lmtp_client.h"
#include "harness/message.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

constexpr size_t kMessageSize = 4096;
/// More than a socket takes of it whose client does not read.
constexpr size_t kLargeMessageSize = 120 * 1024;
constexpr size_t kStalledEvery = 10;
/// Messages of an account that are delivered. Those beyond are copies of them, so many a command:
/// to who waits it is all one, and a million deliveries take an hour.
constexpr size_t kMostDelivered = 10'000;
/// So that no loop comes near the limit of open files, 20,000 where it is low.
constexpr size_t kPerLoop = 15'000;

struct Settings {
  std::vector<size_t> connections{8000};
  std::vector<size_t> tls_connections{4000};
  size_t accounts = 0;
  size_t messages = 1;
  size_t seconds = 10;
  std::vector<size_t> rates{100};
  size_t stream_seconds = 10;
  size_t keep_alive = 5;
  size_t parallel = 8;
  bool stalled = false;
  std::string chart;
};

/// What is drawn, over the number of connections.
struct Curves {
  Panel memory{"user memory per connection, KiB", {}};
  Panel pushes{"push, ms", {}};

  static void add(Panel& panel, const std::string& name, size_t connections, double value) {
    if (value <= 0) return;
    auto series = std::ranges::find(panel.series, name, &Series::name);
    if (series == panel.series.end()) series = panel.series.insert(series, {name, {}});
    series->points.emplace_back(static_cast<double>(connections), value);
  }
};

double as_double(size_t n) { return static_cast<double>(n); }

CrowdWanted crowd_of(const Settings& settings, size_t connections, Security security) {
  return {.count = connections,
          .accounts = std::min(settings.accounts, connections),
          .security = security};
}

/// For an INBOX of kMostDelivered messages to have `count`.
void multiply(const Server& server, size_t index, size_t count) {
  const auto client = reader(server, index, Security::kPlain);
  for (size_t there = kMostDelivered; there < count;) {
    const size_t more = std::min(count - there, kMostDelivered);
    client->command(fmt::format("COPY 1:{} INBOX", more));
    there += more;
  }
}

/// So many messages for each account, the first of them large for those who will not read it; and
/// its first login: no figure has the making of a mailbox in it.
void prepare(const Server& server, const Settings& settings) {
  std::vector<std::jthread> threads;
  threads.reserve(settings.parallel);
  for (size_t t = 0; t < settings.parallel; ++t) {
    threads.emplace_back([&, t] {
      LmtpClient lmtp(server.ports().lmtp);
      for (size_t i = t; i < settings.accounts; i += settings.parallel) {
        const bool large = settings.stalled && i % kStalledEvery == 0;
        for (size_t n = 0; n < std::min(settings.messages, kMostDelivered); ++n) {
          lmtp.deliver(account(i),
                       make_message(n, large && n == 0 ? kLargeMessageSize : kMessageSize));
        }
        multiply(server, i, settings.messages);
      }
    });
  }
}

/// A client that does not stay for each account, a few at a time.
void read_each(const Server& server, const Settings& settings, size_t accounts) {
  std::vector<std::jthread> threads;
  threads.reserve(settings.parallel);
  for (size_t t = 0; t < settings.parallel; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = t; i < accounts; i += settings.parallel) {
        reader(server, i, Security::kPlain)->idle();
      }
    });
  }
}

/// What is under way in the server - connections that have ended, say - is over after this.
void settle() { std::this_thread::sleep_for(std::chrono::seconds(2)); }

void restart_for(Server& server, size_t connections) {
  server.set_loops(connections > kPerLoop ? (connections + kPerLoop - 1) / kPerLoop : 0);
  server.restart();
}

class Rows {
 public:
  Rows(Figures& figures, std::string name) : figures_(figures), name_(std::move(name)) {}
  void add(const std::string& what, double value, const std::string& unit,
           Better better = Better::kLower) {
    figures_.push_back({name_ + ": " + what, value, unit, better});
  }

 private:
  Figures& figures_;
  std::string name_;
};

void add_pushes(Rows& rows, const std::string& name, const Deliveries::Told& told) {
  rows.add(name + ", p50", told.latency.percentile(0.5), "ms");
  rows.add(name + ", p99", told.latency.percentile(0.99), "ms");
  rows.add(name + ", max", told.latency.percentile(1), "ms");
  rows.add(name + ", never told", as_double(told.never), "", Better::kNeither);
}

void wait_in_idle(Server& server, const Settings& settings, size_t connections, Security security,
                  Figures& figures, Curves& curves) {
  const std::string kind = security == Security::kTls ? "TLS" : "plain";
  const std::string curve = fmt::format("{} {}", server.name(), kind);
  Rows rows(figures, fmt::format("{} {}", connections, kind));
  const CrowdWanted wanted = crowd_of(settings, connections, security);
  // Keep-alives are measured by themselves; and with TLS whatever comes is taken for news.
  server.set_keep_alive(std::chrono::seconds(0));
  restart_for(server, connections);
  reader(server, 0, security)->idle();
  settle();
  const double memory_first = as_double(server.memory());
  read_each(server, settings, wanted.accounts);
  settle();
  const double memory_before = as_double(server.memory());
  const double kernel_before = as_double(kernel_memory());
  Crowd crowd(server, wanted);
  settle();
  const double memory = as_double(server.memory());
  const double kernel = as_double(kernel_memory());

  const auto cpu_before = server.cpu_time();
  std::this_thread::sleep_for(std::chrono::seconds(settings.seconds));
  const auto cpu = server.cpu_time() - cpu_before;

  const double kibibytes = 1024 * as_double(connections);
  const double set_up_seconds = milliseconds(crowd.set_up_time()) / 1000;
  rows.add("set-up rate", as_double(connections) / set_up_seconds, "1/s", Better::kHigher);
  rows.add("user memory per connection", (memory - memory_before) / kibibytes, "KiB");
  rows.add("user memory per connection, first", (memory - memory_first) / kibibytes, "KiB");
  rows.add("kernel memory per connection, both ends", (kernel - kernel_before) / kibibytes, "KiB",
           Better::kNeither);
  rows.add(fmt::format("server CPU, idle for {} s", settings.seconds), milliseconds(cpu), "ms",
           Better::kNeither);
  Curves::add(curves.memory, curve, connections, (memory - memory_before) / kibibytes);
  Deliveries deliveries(server, crowd, wanted);
  for (const size_t rate : settings.rates) {
    const auto told = deliveries.run(rate, std::chrono::seconds(settings.stream_seconds));
    add_pushes(rows, fmt::format("push at {}/s", rate), told);
    if (rate != settings.rates.front()) continue;
    Curves::add(curves.pushes, curve + ", p50", connections, told.latency.percentile(0.5));
    Curves::add(curves.pushes, curve + ", p99", connections, told.latency.percentile(0.99));
  }
}

/// One client in ten has asked for a large message and reads nothing any more.
void stall(Server& server, const Settings& settings, size_t connections, Figures& figures) {
  Rows rows(figures, fmt::format("{} plain, one in {} stalled", connections, kStalledEvery));
  restart_for(server, connections);
  CrowdWanted wanted = crowd_of(settings, connections, Security::kPlain);
  wanted.stalled_every = kStalledEvery;
  Crowd crowd(server, wanted);
  settle();
  Deliveries deliveries(server, crowd, wanted);
  for (const size_t rate : settings.rates) {
    add_pushes(rows, fmt::format("push at {}/s", rate),
               deliveries.run(rate, std::chrono::seconds(settings.stream_seconds)));
  }
}

/// Of the largest crowd. A server that spares a phone's battery tells all clients of an address at
/// once, but perhaps the first time. So what is measured begins when each has heard one.
void keep_alives(Server& server, const Settings& settings, Figures& figures) {
  const size_t connections = std::ranges::max(settings.connections);
  Rows rows(figures, fmt::format("{} plain, keep-alives", connections));
  const std::chrono::seconds interval(settings.keep_alive);
  server.set_keep_alive(interval);
  restart_for(server, connections);
  Crowd crowd(server, crowd_of(settings, connections, Security::kPlain));
  std::this_thread::sleep_for(interval + std::chrono::seconds(1));
  std::atomic<size_t> heard = 0;
  crowd.listen([&heard](size_t, std::string_view octets) {
    if (octets.find("Still here") != std::string_view::npos) ++heard;
  });
  const size_t seconds = std::max(settings.seconds, settings.keep_alive);
  const auto cpu_before = server.cpu_time();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  const auto cpu = server.cpu_time() - cpu_before;
  crowd.listen({});
  rows.add(fmt::format("heard in {} s", seconds), as_double(heard), "", Better::kNeither);
  rows.add("server CPU per 1,000", milliseconds(cpu) / as_double(std::max<size_t>(heard, 1)) * 1000,
           "ms");
  rows.add(fmt::format("server CPU, every {} s", settings.keep_alive),
           milliseconds(cpu) / (as_double(seconds) * 1000) * 100, "% of a core");
}

/// Dovecot takes a process per connection.
Settings settings_for(const Server& server, Settings settings) {
  size_t most = 0;
  for (auto* sizes : {&settings.connections, &settings.tls_connections}) {
    for (size_t& size : *sizes) {
      if (server.name() == "dovecot") size = std::clamp<size_t>(size / 50, 100, 1000);
      most = std::max(most, size);
    }
    if (server.name() == "dovecot") {
      const auto twice = std::ranges::unique(*sizes);
      sizes->erase(twice.begin(), twice.end());
    }
  }
  settings.accounts = settings.accounts == 0 ? most : std::min(settings.accounts, most);
  return settings;
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Curves curves;
  Benchmark benchmark("idle", "what a connection costs that waits in IDLE");
  const auto add = [&](const std::string& name, auto& value, const std::string& description) {
    return benchmark.options().add_option(name, value, description)->capture_default_str();
  };
  add("--connections", settings.connections, "in clear, one size or more (Dovecot: a fiftieth)")
      ->delimiter(',');
  add("--tls-connections", settings.tls_connections, "with TLS, likewise; 0: none")->delimiter(',');
  add("--accounts", settings.accounts, "they belong to; 0: one each");
  add("--messages", settings.messages, "in each INBOX");
  add("--seconds", settings.seconds, "during which processor time is counted");
  add("--rates", settings.rates, "deliveries a second into random INBOXes")->delimiter(',');
  add("--stream-seconds", settings.stream_seconds, "for so long");
  add("--keepalive", settings.keep_alive,
      "seconds between keep-alives, where they are measured; 0: they are not");
  add("--parallel", settings.parallel, "accounts being prepared at the same time");
  benchmark.options().add_flag("--stalled", settings.stalled,
                               "also measure with one client in ten that does not read");
  benchmark.options().add_option("--chart", settings.chart, "an SVG of memory and pushes to write");
  const int status = benchmark.run(
      argc, argv,
      [&] {
        if (settings.accounts > 0) return settings.accounts;
        return std::max({std::ranges::max(settings.connections),
                         std::ranges::max(settings.tls_connections), size_t{1000}});
      },
      [&](Server& server) {
        const Settings mine = settings_for(server, settings);
        Figures figures;
        prepare(server, mine);
        for (const size_t n : mine.connections) {
          wait_in_idle(server, mine, n, Security::kPlain, figures, curves);
          if (mine.stalled) stall(server, mine, n, figures);
        }
        for (const size_t n : mine.tls_connections) {
          if (n > 0) wait_in_idle(server, mine, n, Security::kTls, figures, curves);
        }
        if (mine.keep_alive > 0) keep_alives(server, mine, figures);
        return figures;
      });
  if (status == 0 && !settings.chart.empty()) {
    write_chart(settings.chart, "connections", {curves.memory, curves.pushes});
  }
  return status;
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
