// How fast is one large mailbox read over one connection? Envelopes, whole bodies, searches, a flag
// set on all (RFC 3501 section 6.4). "First" is the first time after the start of the server,
// "again" the median of some more.
#include "harness/command_time.h"
#include "harness/die.h"
#include "harness/imap_client.h"
#include "harness/message.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

struct Settings {
  size_t messages = 10000;
  size_t size = 4096;
  size_t repeats = 5;
};

using Responses = ImapClient::Responses;

void expect(uint64_t found, uint64_t expected, std::string_view what) {
  if (found != expected) die("{}: {} instead of {}", what, found, expected);
}

Figures measure(Server& server, const Settings& settings) {
  server.fill(0, settings.messages, settings.size);
  server.restart();
  ImapClient client(server.ports().imap, Security::kPlain);
  client.login(account(0), kPassword);
  expect(client.select("INBOX").exists, settings.messages, "EXISTS");

  Figures figures;
  const auto ask = [&](const std::string& name, std::string_view command) {
    return measure_command(server, client, settings.repeats, name, command, figures);
  };
  expect(ask("envelopes", "UID FETCH 1:* (UID FLAGS RFC822.SIZE ENVELOPE)").untagged,
         settings.messages, "envelopes");
  expect(ask("structures", "UID FETCH 1:* (UID BODYSTRUCTURE)").untagged, settings.messages,
         "structures");

  const Responses bodies = ask("bodies", "UID FETCH 1:* (UID BODY.PEEK[])");
  expect(bodies.untagged, settings.messages, "bodies");
  const double again = figures[figures.size() - 2].value;
  figures.push_back({"bodies, again, throughput", static_cast<double>(bodies.octets) / 1000 / again,
                     "MB/s", Better::kHigher});

  const uint64_t hits = (settings.messages + 99) / 100;
  expect(ask("SEARCH TEXT", fmt::format("SEARCH TEXT {}", kRareWord)).hits, hits, "SEARCH TEXT");
  expect(ask("SEARCH SUBJECT", fmt::format("SEARCH SUBJECT {}", kRareSubject)).hits, hits,
         "SEARCH SUBJECT");
  expect(ask("SEARCH FROM", "SEARCH FROM nobody").hits, 0, "SEARCH FROM");

  Samples store;
  for (size_t i = 0; i < settings.repeats; ++i) {
    store.add(time_of([&] { client.command("STORE 1:* +FLAGS.SILENT (\\Flagged)"); }));
    store.add(time_of([&] { client.command("STORE 1:* -FLAGS.SILENT (\\Flagged)"); }));
  }
  figures.push_back({"STORE 1:* +-FLAGS.SILENT (\\Flagged)", store.percentile(0.5), "ms"});
  return figures;
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("fetch", "reading one large mailbox over one connection");
  benchmark.options().add_option("--messages", settings.messages, "messages in the mailbox");
  benchmark.options().add_option("--size", settings.size, "octets a message");
  benchmark.options().add_option("--repeats", settings.repeats, "runs for the medians");
  return benchmark.run(
      argc, argv, [] { return size_t{1}; },
      [&](Server& server) { return measure(server, settings); });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
