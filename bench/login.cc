// How many clients a second can come back after a restart? Connect, LOGIN, SELECT, IDLE - in clear
// and with a full TLS handshake each - from some connections at a time, all of which stay. Half of
// the TLS work counted here is the client's.
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "harness/imap_client.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

struct Settings {
  size_t setups = 2000;
  size_t accounts = 200;
  size_t parallel = 8;
};

void set_up(const Server& server, const Settings& settings, Security security,
            const std::string& name, Figures& figures) {
  const uint16_t port = security == Security::kTls ? server.ports().imaps : server.ports().imap;
  std::vector<std::unique_ptr<ImapClient>> clients(settings.setups);
  std::vector<Samples> samples(settings.parallel);
  std::atomic<size_t> next = 0;
  const auto cpu_before = server.cpu_time();
  const double total = time_of([&] {
    std::vector<std::jthread> threads;
    threads.reserve(settings.parallel);
    for (size_t t = 0; t < settings.parallel; ++t) {
      threads.emplace_back([&, t] {
        for (size_t n = next++; n < settings.setups; n = next++) {
          samples[t].add(time_of([&] {
            clients[n] = std::make_unique<ImapClient>(port, security);
            clients[n]->login(account(n % settings.accounts), kPassword);
            clients[n]->select("INBOX");
            clients[n]->idle();
          }));
        }
      });
    }
  });
  const auto cpu = server.cpu_time() - cpu_before;
  Samples all;
  for (const Samples& one : samples) all.merge(one);
  const auto count = static_cast<double>(settings.setups);
  figures.push_back({name + ": set-ups", count, "", Better::kNeither});
  figures.push_back({name + ": rate", count / total * 1000, "1/s", Better::kHigher});
  figures.push_back({name + ": p50", all.percentile(0.5), "ms"});
  figures.push_back({name + ": p99", all.percentile(0.99), "ms"});
  figures.push_back({name + ": server CPU per set-up", milliseconds(cpu) / count, "ms"});
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("login", "LOGIN + SELECT + IDLE set-ups a second");
  benchmark.options().add_option("--setups", settings.setups, "connections (a tenth for Dovecot)");
  benchmark.options().add_option("--accounts", settings.accounts, "accounts they belong to");
  benchmark.options().add_option("--parallel", settings.parallel, "being set up at the same time");
  return benchmark.run(
      argc, argv, [&] { return settings.accounts; },
      [&](Server& server) {
        Settings mine = settings;
        if (server.name() == "dovecot") mine.setups = std::max<size_t>(settings.setups / 10, 1);
        Figures figures;
        // Once for each account, so that no figure has the making of its INBOX in it.
        for (size_t i = 0; i < settings.accounts; ++i) {
          ImapClient client(server.ports().imap, Security::kPlain);
          client.login(account(i), kPassword);
          client.select("INBOX");
        }
        set_up(server, mine, Security::kPlain, "plain", figures);
        set_up(server, mine, Security::kTls, "TLS", figures);
        return figures;
      });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
