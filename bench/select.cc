// How long does it take to open a very large mailbox? For the first time after a start of the
// server (Dovecot: with its index files gone, which it then builds again), and once more; and to
// read the flags of all its messages.
#include "harness/die.h"
#include "harness/imap_client.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

struct Settings {
  size_t messages = 100000;
  size_t size = 1024;
  size_t starts = 3;
  size_t repeats = 20;
};

double select(ImapClient& client, const Settings& settings) {
  uint64_t exists = 0;
  const double time = time_of([&] { exists = client.select("INBOX").exists; });
  if (exists != settings.messages) die("{} messages instead of {}", exists, settings.messages);
  return time;
}

Figures measure(Server& server, const Settings& settings) {
  const double fill = time_of([&] { server.fill(0, settings.messages, settings.size); });
  if (server.name() == "dovecot") {  // the file that gives its messages UIDs is not an index
    ImapClient client(server.ports().imap, Security::kPlain);
    client.login(account(0), kPassword);
    client.select("INBOX");
  }
  Samples first;
  Samples again;
  Samples flags;
  for (size_t i = 0; i < settings.starts; ++i) {
    server.restart();
    ImapClient client(server.ports().imap, Security::kPlain);
    client.login(account(0), kPassword);
    first.add(select(client, settings));
    for (size_t r = 0; r < settings.repeats; ++r) {
      client.command("CLOSE");
      again.add(select(client, settings));
    }
    flags.add(time_of([&] { client.command("FETCH 1:* (FLAGS)"); }));
  }
  return {{"fill", static_cast<double>(settings.messages) / fill * 1000, "1/s", Better::kNeither},
          {"SELECT, first after start, p50", first.percentile(0.5), "ms"},
          {"SELECT, again, p50", again.percentile(0.5), "ms"},
          {"SELECT, again, p99", again.percentile(0.99), "ms"},
          {"FETCH 1:* (FLAGS), p50", flags.percentile(0.5), "ms"}};
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("select", "opening a very large mailbox");
  benchmark.options().add_option("--messages", settings.messages, "messages in the mailbox");
  benchmark.options().add_option("--size", settings.size, "octets a message");
  benchmark.options().add_option("--starts", settings.starts, "starts of the server");
  benchmark.options().add_option("--repeats", settings.repeats, "further SELECTs after each start");
  return benchmark.run(
      argc, argv, [] { return size_t{1}; },
      [&](Server& server) { return measure(server, settings); });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
