// What follows a push: how fast is a large mailbox synchronised, sorted, threaded, searched and
// changed? QRESYNC (RFC 7162), SORT and THREAD (RFC 5256), LIST with STATUS (RFC 5819), COPY, MOVE
// (RFC 6851) and STORE. "First" is the first time after the start of the server, "again" the median
// of some more; what changes a mailbox is done once for each row.
#include "harness/command_time.h"
#include "harness/die.h"
#include "harness/imap_client.h"
#include "harness/message.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

struct Settings {
  size_t messages = 100000;
  size_t size = 1024;
  size_t changed = 10000;  // by COPY, MOVE and STORE
  size_t mailboxes = 1000;
  size_t repeats = 5;
};

constexpr size_t kChanged = 10;
constexpr size_t kExpunged = 10;

std::unique_ptr<ImapClient> log_in(const Server& server, size_t index) {
  auto client = std::make_unique<ImapClient>(server.ports().imap, Security::kPlain);
  client->login(account(index), kPassword);
  return client;
}

/// Ten messages here and there in the first `messages` of the mailbox.
std::string scattered(size_t messages, size_t offset) {
  std::string numbers;
  for (size_t i = 0; i < 10; ++i) {
    numbers += fmt::format("{}{}", i > 0 ? "," : "", 1 + offset + i * (messages / 11));
  }
  return numbers;
}

/// A client that was away while ten messages got a keyword and ten were expunged selects again.
void resynchronise(const Server& server, const Settings& settings, Figures& figures) {
  Samples times;
  size_t messages = settings.messages;
  for (size_t i = 0; i < settings.repeats; ++i) {
    const auto other = log_in(server, 0);
    other->command("ENABLE QRESYNC");
    const uint64_t validity = other->number_in("STATUS INBOX (UIDVALIDITY)", "UIDVALIDITY");
    const uint64_t modseq = other->number_in("STATUS INBOX (HIGHESTMODSEQ)", "HIGHESTMODSEQ");
    other->select("INBOX");
    const std::string gone = scattered(messages, 1);
    other->command(fmt::format("STORE {} +FLAGS.SILENT (\\Deleted)", gone));
    other->command("EXPUNGE");
    messages -= kExpunged;
    other->command(fmt::format("STORE {} +FLAGS.SILENT (round{})", scattered(messages, 3), i));
    const auto client = log_in(server, 0);
    client->command("ENABLE QRESYNC");
    ImapClient::Responses responses;
    times.add(time_of([&] {
      responses = client->command(fmt::format("SELECT INBOX (QRESYNC ({} {}))", validity, modseq));
    }));
    if (responses.exists != messages) die("{} messages, not {}", responses.exists, messages);
    if (responses.untagged < kChanged + 1) {
      die("{} untagged responses to QRESYNC ({} {})", responses.untagged, validity, modseq);
    }
  }
  figures.push_back({"QRESYNC SELECT, 10 changed, 10 expunged", times.percentile(0.5), "ms"});
}

void read_all(Server& server, const Settings& settings, Figures& figures) {
  const auto client = log_in(server, 0);
  client->select("INBOX");
  client->command(
      fmt::format("STORE {} +FLAGS.SILENT (\\Flagged)", scattered(settings.messages, 0)));
  const auto ask = [&](const std::string& name, const std::string& command) {
    measure_command(server, *client, settings.repeats, name, command, figures);
  };
  ask("SORT (REVERSE ARRIVAL)", "SORT (REVERSE ARRIVAL) UTF-8 ALL");
  ask("SORT (SUBJECT)", "SORT (SUBJECT) UTF-8 ALL");
  ask("THREAD REFERENCES", "THREAD REFERENCES UTF-8 ALL");
  ask("SEARCH FLAGGED", "SEARCH FLAGGED");
  ask("SEARCH SUBJECT", fmt::format("SEARCH SUBJECT {}", kRareSubject));
  ask("SEARCH TEXT", fmt::format("SEARCH TEXT {}", kRareWord));
}

void list_all(Server& server, const Settings& settings, Figures& figures) {
  const auto client = log_in(server, 1);
  client->select("INBOX");
  for (size_t i = 0; i < settings.mailboxes; ++i) {
    client->command(fmt::format("CREATE box{}", i));
    client->command(fmt::format("COPY 1 box{}", i));
  }
  client->command("CLOSE");
  measure_command(server, *client, settings.repeats, "LIST RETURN (STATUS)",
                  "LIST \"\" \"*\" RETURN (STATUS (MESSAGES UNSEEN UIDNEXT UIDVALIDITY))", figures);
}

void change_all(Server& server, const Settings& settings, Figures& figures) {
  const auto client = log_in(server, 1);
  client->select("INBOX");
  Samples copies;
  Samples moves;
  Samples stores;
  for (size_t i = 0; i < settings.repeats; ++i) {
    const std::string all = fmt::format("1:{}", settings.changed);
    client->command(fmt::format("CREATE copies{}", i));
    client->command(fmt::format("CREATE moved{}", i));
    copies.add(time_of([&] { client->command(fmt::format("COPY {} copies{}", all, i)); }));
    client->select(fmt::format("copies{}", i));
    stores.add(time_of([&] { client->command("STORE 1:* +FLAGS.SILENT (\\Flagged)"); }));
    stores.add(time_of([&] { client->command("STORE 1:* -FLAGS.SILENT (\\Flagged)"); }));
    moves.add(time_of([&] { client->command(fmt::format("MOVE 1:* moved{}", i)); }));
    client->select("INBOX");
  }
  const auto row = [&](std::string_view what, const Samples& samples) {
    figures.push_back(
        {fmt::format("{} of {} messages", what, settings.changed), samples.percentile(0.5), "ms"});
  };
  row("COPY", copies);
  row("MOVE", moves);
  row("STORE", stores);
}

Figures measure(Server& server, const Settings& settings) {
  server.fill(0, settings.messages, settings.size);
  server.fill(1, settings.changed, settings.size);
  server.restart();
  Figures figures;
  read_all(server, settings, figures);
  resynchronise(server, settings, figures);
  list_all(server, settings, figures);
  change_all(server, settings, figures);
  return figures;
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("sync", "synchronising, sorting and changing large mailboxes");
  const auto add = [&](const std::string& name, auto& value, const std::string& description) {
    benchmark.options().add_option(name, value, description)->capture_default_str();
  };
  add("--messages", settings.messages, "in the mailbox that is synchronised, sorted, searched");
  add("--size", settings.size, "octets a message");
  add("--changed", settings.changed, "messages that are copied, moved and flagged");
  add("--mailboxes", settings.mailboxes, "that are listed with their STATUS");
  add("--repeats", settings.repeats, "runs for the medians");
  return benchmark.run(
      argc, argv, [] { return size_t{2}; },
      [&](Server& server) { return measure(server, settings); });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
