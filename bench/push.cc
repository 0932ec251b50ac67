// How long from a delivery to the idling client that is told of it? From the final dot written by
// the LMTP client to
// "* n EXISTS" read by the IMAP client (RFC 2177), one at a time, then with many idlers and a
// steady stream of deliveries. No server can be faster than the disk is durable, so each delivery
// alone is followed by a 4 KB append and fdatasync of our own on the same disk.
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "harness/die.h"
#include "harness/imap_client.h"
#include "harness/lmtp_client.h"
#include "harness/message.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

constexpr size_t kMessageSize = 4096;

struct Settings {
  size_t deliveries = 200;
  size_t idlers = 1000;
  size_t rate = 100;
  size_t seconds = 10;
};

/// An append-only file: what a server must do at the least before it may say 250.
class Log {
 public:
  explicit Log(const std::filesystem::path& path)
      : fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~Log() { close(fd_); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void append(std::string_view octets) {
    if (write(fd_, octets.data(), octets.size()) < 0 || fdatasync(fd_) != 0) {
      die("cannot append to a log");
    }
  }

 private:
  int fd_;
};

std::unique_ptr<ImapClient> idler(const Server& server, size_t index) {
  auto client = std::make_unique<ImapClient>(server.ports().imap, Security::kPlain);
  client->login(account(index), kPassword);
  client->select("INBOX");
  client->idle();
  return client;
}

/// Of what the server has counted since `before`.
void add_commit_to_write(const Server& server, const Histogram& before, const std::string& part,
                         Figures& figures) {
  const auto p50 = server.commit_to_write().since(before).percentile_at_most(0.5);
  if (p50) figures.push_back({part + "commit to last octet written, p50 at most", *p50, "us"});
}

void one_at_a_time(const Server& server, const Settings& settings, Figures& figures) {
  const auto client = idler(server, 0);
  LmtpClient lmtp(server.ports().lmtp);
  Log log(server.directory() / "fdatasync");
  Samples push;
  Samples sync;
  const Histogram written_before = server.commit_to_write();
  for (size_t i = 0; i < settings.deliveries; ++i) {
    const std::string message = make_message(i, kMessageSize);
    lmtp.send(account(0), message);
    push.add(time_of([&] { static_cast<void>(client->wait_for_exists()); }));
    lmtp.wait_for_reply();
    sync.add(time_of([&] { log.append(message); }));
  }
  figures.push_back({"one at a time, p50", push.percentile(0.5), "ms"});
  figures.push_back({"one at a time, p99", push.percentile(0.99), "ms"});
  figures.push_back({"one at a time, max", push.percentile(1), "ms"});
  figures.push_back({"fdatasync of 4 KB, p50", sync.percentile(0.5), "ms", Better::kNeither});
  figures.push_back(
      {"push p50 - fdatasync p50", push.percentile(0.5) - sync.percentile(0.5), "ms"});
  add_commit_to_write(server, written_before, "", figures);
}

/// Message `number` of mailbox `mailbox`, and when it was sent or heard of.
struct Event {
  size_t mailbox;
  uint64_t number;
  Clock::time_point time;
};

/// Sends `rate` messages a second to mailboxes first, first + step, …, whose counts nobody else
/// changes.
std::vector<Event> send_stream(const Server& server, const Settings& settings, size_t first,
                               size_t step) {
  LmtpClient lmtp(server.ports().lmtp);
  std::minstd_rand random(static_cast<uint32_t>(first) + 7);
  std::map<size_t, uint64_t> counts;
  std::vector<Event> sent;
  const auto interval = std::chrono::nanoseconds(std::chrono::seconds(step)) / settings.rate;
  const auto start = Clock::now() + interval * first / step;
  const size_t total = settings.rate * settings.seconds / step;
  for (size_t i = 0; i < total; ++i) {
    const size_t mailbox = first + random() % (settings.idlers / step) * step;
    const std::string message = make_message(i * step + first, kMessageSize);
    std::this_thread::sleep_until(start + interval * i);
    lmtp.send(account(mailbox), message);
    sent.push_back({mailbox, ++counts[mailbox], Clock::now()});
    lmtp.wait_for_reply();
  }
  return sent;
}

/// Reads what the idlers are told until each message is accounted for, or nothing has come for 5 s.
std::vector<Event> listen(const std::vector<std::unique_ptr<ImapClient>>& clients,
                          size_t expected) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (size_t i = 0; i < clients.size(); ++i) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, clients[i]->stream().descriptor(), &event);
  }
  std::vector<Event> heard;
  std::vector<uint64_t> counts(clients.size());
  size_t arrived = 0;
  while (arrived < expected) {
    epoll_event ready[64];
    const int n = epoll_wait(epoll, ready, 64, 5000);
    if (n <= 0) break;
    const auto now = Clock::now();
    for (int i = 0; i < n; ++i) {
      const size_t mailbox = ready[i].data.u64;
      Stream& stream = clients[mailbox]->stream();
      stream.fill();
      while (stream.has_line()) {
        const uint64_t count = exists_in(stream.read_line());
        for (; counts[mailbox] < count; ++arrived)
          heard.push_back({mailbox, ++counts[mailbox], now});
      }
    }
  }
  close(epoll);
  return heard;
}

void many_idlers(const Server& server, const Settings& settings, Figures& figures) {
  std::vector<std::unique_ptr<ImapClient>> clients;
  clients.reserve(settings.idlers);
  for (size_t i = 0; i < settings.idlers; ++i) clients.push_back(idler(server, i + 1));

  constexpr size_t kSenders = 4;
  const size_t expected = settings.rate * settings.seconds / kSenders * kSenders;
  std::vector<std::vector<Event>> sent(kSenders);
  const Histogram written_before = server.commit_to_write();
  const auto cpu_before = server.cpu_time();
  std::vector<Event> heard;
  {
    std::vector<std::jthread> senders;
    senders.reserve(kSenders);
    for (size_t s = 0; s < kSenders; ++s) {
      senders.emplace_back([&, s] { sent[s] = send_stream(server, settings, s + 1, kSenders); });
    }
    heard = listen(clients, expected);
  }
  const auto cpu = server.cpu_time() - cpu_before;

  std::map<std::pair<size_t, uint64_t>, Clock::time_point> heard_at;
  for (const Event& event : heard) heard_at[{event.mailbox + 1, event.number}] = event.time;
  Samples push;
  size_t lost = 0;
  for (const auto& events : sent) {
    for (const Event& event : events) {
      const auto found = heard_at.find({event.mailbox, event.number});
      if (found == heard_at.end()) {
        ++lost;
      } else {
        push.add(milliseconds(found->second - event.time));
      }
    }
  }
  const auto as_double = [](size_t n) { return static_cast<double>(n); };
  figures.push_back({"stream: idlers", as_double(settings.idlers), "", Better::kNeither});
  figures.push_back({"stream: messages", as_double(expected), "", Better::kNeither});
  figures.push_back({"stream: never told", as_double(lost), "", Better::kNeither});
  figures.push_back({"stream, p50", push.percentile(0.5), "ms"});
  figures.push_back({"stream, p99", push.percentile(0.99), "ms"});
  figures.push_back({"stream, max", push.percentile(1), "ms"});
  figures.push_back(
      {"stream, server CPU per message", milliseconds(cpu) / as_double(expected), "ms"});
  add_commit_to_write(server, written_before, "stream: ", figures);
}

/// Dovecot waits half a second before it tells, and takes half a megabyte and a process per idler.
Settings settings_for(const Server& server, Settings settings) {
  if (server.name() != "dovecot") return settings;
  return {.deliveries = std::max<size_t>(settings.deliveries / 10, 1),
          .idlers = std::max<size_t>(settings.idlers / 5, 4),
          .rate = settings.rate,
          .seconds = std::max<size_t>(settings.seconds / 2, 1)};
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("push",
                      "from the final dot of an LMTP delivery to EXISTS at an idling client");
  benchmark.options().add_option("--deliveries", settings.deliveries, "deliveries one at a time");
  benchmark.options().add_option("--idlers", settings.idlers, "idling clients, an account each");
  benchmark.options().add_option("--rate", settings.rate, "messages a second");
  benchmark.options().add_option("--seconds", settings.seconds, "length of the stream");
  return benchmark.run(
      argc, argv, [&] { return settings.idlers + 1; },
      [&](Server& server) {
        const Settings mine = settings_for(server, settings);
        Figures figures;
        one_at_a_time(server, mine, figures);
        many_idlers(server, mine, figures);
        return figures;
      });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
