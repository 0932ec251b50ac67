// How many messages a second can be delivered by LMTP (RFC 2033), durably, over 1, 10 and 50
// connections that each wait for the reply before the next message? One recipient a message, taken
// in turn from many accounts.
#include <fmt/format.h>

#include <atomic>
#include <thread>
#include <vector>

#include "harness/lmtp_client.h"
#include "harness/message.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

struct Settings {
  size_t seconds = 10;
  size_t messages = 100000;
  size_t accounts = 100;
  size_t size = 4096;
  std::vector<size_t> connections = {1, 10, 50};
};

void deliver(const Server& server, const Settings& settings, size_t connections, Figures& figures) {
  std::atomic<size_t> next = 0;
  std::vector<Samples> samples(connections);
  const auto cpu_before = server.cpu_time();
  const auto start = Clock::now();
  const auto deadline = start + std::chrono::seconds(settings.seconds);
  {
    std::vector<std::jthread> threads;
    threads.reserve(connections);
    for (size_t t = 0; t < connections; ++t) {
      threads.emplace_back([&, t] {
        LmtpClient client(server.ports().lmtp);
        while (Clock::now() < deadline) {
          const size_t n = next++;
          if (n >= settings.messages) return;
          const std::string message = make_message(n, settings.size);
          samples[t].add(time_of([&] { client.deliver(account(n % settings.accounts), message); }));
        }
      });
    }
  }
  const double seconds = milliseconds(Clock::now() - start) / 1000;
  const auto cpu = server.cpu_time() - cpu_before;
  Samples all;
  for (const Samples& one : samples) all.merge(one);
  const auto count = static_cast<double>(all.count());
  const std::string name = fmt::format("{} connections: ", connections);
  figures.push_back({name + "messages", count, "", Better::kNeither});
  figures.push_back({name + "rate", count / seconds, "1/s", Better::kHigher});
  figures.push_back({name + "p50", all.percentile(0.5), "ms"});
  figures.push_back({name + "p99", all.percentile(0.99), "ms"});
  figures.push_back({name + "server CPU per message", milliseconds(cpu) / count, "ms"});
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("delivery", "durable LMTP deliveries a second");
  benchmark.options().add_option("--seconds", settings.seconds, "at most so long per row");
  benchmark.options().add_option("--messages", settings.messages, "at most so many per row");
  benchmark.options().add_option("--accounts", settings.accounts, "recipients");
  benchmark.options().add_option("--size", settings.size, "octets a message");
  benchmark.options().add_option("--connections", settings.connections, "a row for each");
  return benchmark.run(
      argc, argv, [&] { return settings.accounts; },
      [&](Server& server) {
        Figures figures;
        LmtpClient first(server.ports().lmtp);  // makes the INBOX of each account
        for (size_t i = 0; i < settings.accounts; ++i) {
          first.deliver(account(i), make_message(i, settings.size));
        }
        for (const size_t connections : settings.connections)
          deliver(server, settings, connections, figures);
        return figures;
      });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
