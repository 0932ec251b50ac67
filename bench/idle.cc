// What does a connection cost that only waits? Clients, an account each, log in, select INBOX and
// stay in IDLE (RFC 2177), in clear and with TLS; then nothing happens, but for keep-alives.
//
// Memory is the anonymous memory of all the server's processes (/proc/PID/smaps_rollup, Anonymous).
// Resident memory would also count the pages of programs and libraries that processes share, once
// for each, which would be unjust to a server of many processes, and files that are mapped, which
// the kernel may drop. What the kernel holds for a socket is the same for any server, and not
// counted. There are two beginnings to count from. "First": after one connection since the start of
// the server, so all that it comes to keep with so many accounts is in it, caches and the stacks of
// threads too. Without that word: after each account has been read by a client that is gone, so
// only what the connections themselves hold is in it.
#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "harness/idlers.h"
#include "harness/lmtp_client.h"
#include "harness/message.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

constexpr size_t kMessageSize = 4096;

struct Settings {
  size_t connections = 8000;
  size_t tls_connections = 4000;
  size_t accounts = 0;
  size_t messages = 1;
  size_t seconds = 10;
  size_t keep_alive = 5;
  size_t parallel = 8;
};

double as_double(size_t n) { return static_cast<double>(n); }

IdlersWanted idlers_for(const Settings& settings, Security security) {
  return {.count = security == Security::kTls ? settings.tls_connections : settings.connections,
          .accounts = settings.accounts,
          .parallel = settings.parallel,
          .security = security};
}

/// So many messages for each account, and its first login: no figure has the making of a mailbox in
/// it.
void prepare(const Server& server, const Settings& settings) {
  std::vector<std::jthread> threads;
  threads.reserve(settings.parallel);
  for (size_t t = 0; t < settings.parallel; ++t) {
    threads.emplace_back([&, t] {
      LmtpClient lmtp(server.ports().lmtp);
      for (size_t i = t; i < settings.accounts; i += settings.parallel) {
        for (size_t n = 0; n < settings.messages; ++n) {
          lmtp.deliver(account(i), make_message(n, kMessageSize));
        }
        static_cast<void>(reader(server, i, Security::kPlain));
      }
    });
  }
}

/// What is under way in the server - connections that have ended, say - is over after this.
void settle() { std::this_thread::sleep_for(std::chrono::seconds(1)); }

/// A client that does not stay for each account, a few at a time.
void read_all(const Server& server, const IdlersWanted& wanted) {
  std::vector<std::jthread> threads;
  threads.reserve(wanted.parallel);
  for (size_t t = 0; t < wanted.parallel; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = t; i < std::min(wanted.accounts, wanted.count); i += wanted.parallel) {
        reader(server, i, wanted.security)->idle();
      }
    });
  }
  threads.clear();
  settle();
}

void wait_in_idle(Server& server, const Settings& settings, Security security,
                  const std::string& name, Figures& figures) {
  server.restart();
  const IdlersWanted wanted = idlers_for(settings, security);
  reader(server, 0, security)->idle();
  settle();
  const double memory_first = as_double(server.memory());
  read_all(server, wanted);
  const double memory_before = as_double(server.memory());
  const Idlers idlers = set_up_idlers(server, wanted);
  settle();
  const double memory = as_double(server.memory());

  const auto cpu_before = server.cpu_time();
  std::this_thread::sleep_for(std::chrono::seconds(settings.seconds));
  const auto cpu = server.cpu_time() - cpu_before;

  figures.push_back({name + ": connections", as_double(wanted.count), "", Better::kNeither});
  const double kibibytes = 1024 * as_double(wanted.count);
  figures.push_back(
      {name + ": user memory per connection", (memory - memory_before) / kibibytes, "KiB"});
  figures.push_back(
      {name + ": user memory per connection, first", (memory - memory_first) / kibibytes, "KiB"});
  figures.push_back({fmt::format("{}: server CPU, idle for {} s", name, settings.seconds),
                     milliseconds(cpu), "ms", Better::kNeither});
}

/// How many keep-alives come until `end`.
size_t hear(Ears& ears, Clock::time_point end) {
  size_t heard = 0;
  for (auto now = Clock::now(); now < end; now = Clock::now()) {
    ears.listen(std::chrono::ceil<std::chrono::milliseconds>(end - now),
                [&heard](size_t, std::string_view octets) {
                  if (octets.find("Still here") != std::string_view::npos) ++heard;
                });
  }
  return heard;
}

/// All clients have one address, so a server that spares a phone's battery tells all of them at
/// once, but perhaps the first time. Returns between two such times: the interval to be measured
/// must not begin or end amid one.
void wait_for_quiet(Ears& ears, std::chrono::seconds interval) {
  hear(ears, Clock::now() + interval);
  ears.listen(interval, [](size_t, std::string_view) {});
  hear(ears, Clock::now() + std::chrono::milliseconds(interval) / 4);
}

void keep_alives(Server& server, const Settings& settings, Figures& figures) {
  const std::chrono::seconds interval(settings.keep_alive);
  server.set_keep_alive(interval);
  server.restart();
  const Idlers idlers = set_up_idlers(server, idlers_for(settings, Security::kPlain));
  Ears ears(idlers);
  wait_for_quiet(ears, interval);

  const size_t times = std::max<size_t>(settings.seconds / settings.keep_alive, 1);
  const auto cpu_before = server.cpu_time();
  const size_t heard = hear(ears, Clock::now() + interval * times);
  const auto cpu = server.cpu_time() - cpu_before;

  figures.push_back({"keep-alives: heard", as_double(heard), "", Better::kNeither});
  figures.push_back({"keep-alives: server CPU per 1,000",
                     milliseconds(cpu) / as_double(std::max<size_t>(heard, 1)) * 1000, "ms"});
}

/// Dovecot takes a process per connection.
Settings settings_for(const Server& server, Settings settings) {
  if (server.name() == "dovecot") {
    settings.connections = std::max<size_t>(settings.connections / 50, 100);
    settings.tls_connections = std::max<size_t>(settings.tls_connections / 50, 100);
  }
  const size_t most = std::max(settings.connections, settings.tls_connections);
  settings.accounts = settings.accounts == 0 ? most : std::min(settings.accounts, most);
  return settings;
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("idle", "what a connection costs that waits in IDLE");
  const auto add = [&](const std::string& name, size_t& value, const std::string& description) {
    return benchmark.options().add_option(name, value, description)->capture_default_str();
  };
  add("--connections", settings.connections, "in clear (a fiftieth for Dovecot, but 100)");
  add("--tls-connections", settings.tls_connections, "with TLS (likewise)");
  add("--accounts", settings.accounts, "they belong to; 0: one each");
  add("--messages", settings.messages, "in each INBOX");
  add("--seconds", settings.seconds, "during which processor time is counted");
  add("--keepalive", settings.keep_alive, "seconds between keep-alives, where they are measured")
      ->check(CLI::PositiveNumber);
  add("--parallel", settings.parallel, "being set up at the same time");
  return benchmark.run(
      argc, argv,
      [&] {
        return settings.accounts > 0
                   ? settings.accounts
                   : std::max<size_t>({settings.connections, settings.tls_connections, 100});
      },
      [&](Server& server) {
        const Settings mine = settings_for(server, settings);
        Figures figures;
        prepare(server, mine);
        wait_in_idle(server, mine, Security::kPlain, "plain", figures);
        wait_in_idle(server, mine, Security::kTls, "TLS", figures);
        keep_alives(server, mine, figures);
        return figures;
      });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
