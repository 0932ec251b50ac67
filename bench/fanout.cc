// How long until everybody knows who watches the same mailbox? Many connections of one account are
// in IDLE on its INBOX (RFC 2177); one delivery after the other comes into it, each when all have
// been told of the one before. And what has another account of it, that gets a message while the
// crowd is being told? Times are from the final dot of the LMTP delivery to "* n EXISTS" read: the
// commit is in them, which "another mailbox alone" shows, and so is the one thread that reads for
// all watchers, on the server's processors.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <semaphore>
#include <string>
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
constexpr size_t kCrowd = 0;  // the account that is watched
constexpr size_t kOther = 1;
constexpr std::chrono::seconds kPatience{30};

struct Settings {
  size_t watchers = 10000;
  size_t deliveries = 20;
  size_t parallel = 8;
};

/// What the watchers were told of each delivery, in milliseconds.
struct Told {
  Samples first;
  Samples all;
  size_t never = 0;
};

/// The account that is not watched but by one: time from a delivery to its EXISTS.
class Other {
 public:
  explicit Other(const Server& server)
      : client_(reader(server, kOther, Security::kPlain)), lmtp_(server.ports().lmtp) {
    client_->idle();
  }

  /// The server has the envelope and waits for the message: what follows is the delivery alone.
  void begin() { lmtp_.begin(account(kOther)); }
  [[nodiscard]] double finish() {
    lmtp_.finish(make_message(number_++, kMessageSize));
    const double time = time_of([&] { static_cast<void>(client_->wait_for_exists()); });
    lmtp_.wait_for_reply();
    return time;
  }

 private:
  std::unique_ptr<ImapClient> client_;
  LmtpClient lmtp_;
  uint64_t number_ = 0;
};

/// Listens until each watcher has heard of message `number`, for kPatience at most.
void hear_all(Ears& ears, size_t watchers, uint64_t number, Clock::time_point sent, Told& told) {
  const std::string exists = fmt::format("* {} EXISTS", number);
  std::vector<bool> heard(watchers);
  size_t missing = watchers;
  Clock::time_point last = sent;
  while (missing > 0 && Clock::now() < sent + kPatience) {
    ears.listen(std::chrono::seconds(1), [&](size_t watcher, std::string_view octets) {
      if (octets.find(exists) == std::string_view::npos || heard[watcher]) return;
      last = Clock::now();
      heard[watcher] = true;
      if (missing-- == watchers) told.first.add(milliseconds(last - sent));
    });
  }
  if (missing == 0) told.all.add(milliseconds(last - sent));
  told.never += missing;
}

/// While watchers are told of `number`, the other account gets a message 1 ms later.
void deliver_to_all(LmtpClient& lmtp, Other& other, Ears& ears, const Settings& settings,
                    uint64_t number, Told& told, Samples& meanwhile) {
  const std::string message = make_message(number, kMessageSize);
  std::binary_semaphore begun(0);
  const std::jthread second([&] {
    other.begin();
    begun.acquire();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    meanwhile.add(other.finish());
  });
  lmtp.begin(account(kCrowd));
  lmtp.finish(message);
  const auto sent = Clock::now();
  begun.release();
  hear_all(ears, settings.watchers, number, sent, told);
  lmtp.wait_for_reply();
}

Figures fan_out(const Server& server, const Settings& settings) {
  LmtpClient lmtp(server.ports().lmtp);
  lmtp.deliver(account(kCrowd), make_message(0, kMessageSize));
  Other other(server);
  const Idlers idlers = set_up_idlers(
      server, {.count = settings.watchers, .accounts = 1, .parallel = settings.parallel});
  Ears ears(idlers);

  Samples alone;
  for (size_t i = 0; i < settings.deliveries; ++i) {
    other.begin();
    alone.add(other.finish());
  }
  Told told;
  Samples meanwhile;
  const auto cpu_before = server.cpu_time();
  for (size_t i = 0; i < settings.deliveries; ++i) {
    deliver_to_all(lmtp, other, ears, settings, i + 2, told, meanwhile);
  }
  const auto cpu = server.cpu_time() - cpu_before;

  const auto as_double = [](size_t n) { return static_cast<double>(n); };
  Figures figures;
  figures.push_back({"watchers", as_double(settings.watchers), "", Better::kNeither});
  figures.push_back({"deliveries", as_double(settings.deliveries), "", Better::kNeither});
  figures.push_back({"never told", as_double(told.never), "", Better::kNeither});
  figures.push_back({"first told, p50", told.first.percentile(0.5), "ms"});
  figures.push_back({"all told, p50", told.all.percentile(0.5), "ms"});
  figures.push_back({"all told, max", told.all.percentile(1), "ms"});
  figures.push_back({"server CPU per watcher",
                     milliseconds(cpu) * 1000 / as_double(settings.deliveries * settings.watchers),
                     "us"});
  figures.push_back({"another mailbox alone, p50", alone.percentile(0.5), "ms"});
  figures.push_back({"another mailbox alone, max", alone.percentile(1), "ms"});
  figures.push_back({"another mailbox meanwhile, p50", meanwhile.percentile(0.5), "ms"});
  figures.push_back({"another mailbox meanwhile, max", meanwhile.percentile(1), "ms"});
  return figures;
}

/// Dovecot takes a process per watcher, and of those that have the same Unix user the kernel tells
/// 128 of a change (fs.inotify.max_user_instances); the others look every 30 s.
Settings settings_for(const Server& server, Settings settings) {
  if (server.name() == "dovecot") {
    settings.watchers = std::max<size_t>(settings.watchers / 100, 4);
    settings.deliveries = std::max<size_t>(settings.deliveries / 6, 1);
  }
  return settings;
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("fanout", "one mailbox, many watchers: until all are told of a delivery");
  const auto add = [&](const std::string& name, size_t& value, const std::string& description) {
    benchmark.options().add_option(name, value, description)->capture_default_str();
  };
  add("--watchers", settings.watchers,
      "connections in IDLE on one INBOX (a hundredth for Dovecot)");
  add("--deliveries", settings.deliveries, "into it, one at a time (a sixth for Dovecot)");
  add("--parallel", settings.parallel, "watchers being set up at the same time");
  return benchmark.run(
      argc, argv, [] { return 2; },
      [&](Server& server) { return fan_out(server, settings_for(server, settings)); });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
